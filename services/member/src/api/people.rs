//! Handlers of people. The layer masks what goes out, except what is revealed.

use jianyi_kernel::{Caller, CitizenId, Division, Fault, Violation, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{person, window};
use super::guard;
use crate::domain::phone::Phone;
use crate::store;
use crate::store::{people_keys, people_words};
use crate::usecase::{App, create_person, fence, look_up_people, reveal};

/// Nobody types more to find somebody.
const LONGEST_QUERY: usize = 60;

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreatePersonRequest>,
) -> Result<pb::Person, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let home = home(app, &call.caller);
    let today = app.db.clock().today();
    let profile = person::profile(&app.county, home, request.person, today)?;
    Ok(create_person::run(app, &call, profile).await?.into_reply())
}

/// Where somebody belongs whose clerk does not say so: in the clerk's own township, if there is just one.
fn home(app: &App, caller: &Caller) -> Division {
    let county = app.county.division();
    match caller.reach.divisions.as_slice() {
        [own] if county.covers(own) => own.clone(),
        _ => county.clone(),
    }
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetPersonRequest>,
) -> Result<pb::Person, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
    fence::admit_read(&mut conn, &caller, id.as_uuid(), &request.name).await?;
    let found = store::people::get(&mut conn, app.db.cipher(), id).await?;
    let person = found.ok_or(Fault::NotFound(request.name))?;
    Ok(app.named((person, app.db.clock().today())).into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListPeopleRequest>,
) -> Result<pb::ListPeopleResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let filters = format!("{:?}", request.veteran);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows =
        store::people::list(&mut conn, app.db.cipher(), request.veteran, window(&page)).await?;
    let (rows, next_page_token) = page.cut(rows, |person| (person.created_at, person.id.as_uuid()));
    let today = app.db.clock().today();
    let people = rows
        .into_iter()
        .map(|person| app.named((person, today)).into())
        .collect();
    Ok(pb::ListPeopleResponse {
        people,
        next_page_token,
        unreachable: Vec::new(),
    })
}

pub(crate) async fn find(
    app: &App,
    request: Request<pb::FindPersonRequest>,
) -> Result<pb::FindPersonResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let cipher = app.db.cipher();
    let (citizen, phone) = match (request.citizen_id.trim(), request.phone.trim()) {
        ("", "") => return Err(Violation::required("citizen_id").into()),
        (number, "") => {
            let id = CitizenId::parse("citizen_id", number, app.db.clock().today())?;
            (Some(people_keys::citizen(cipher, &id)?), None)
        }
        ("", number) => (
            None,
            Some(people_keys::phone(cipher, &Phone::parse("phone", number)?)?),
        ),
        (_, _) => {
            return Err(Violation::new(
                "phone",
                "ONE_OF_TWO",
                "state an identity number or a phone number, not both".into(),
                "身份证号和电话只能填写一项",
            )
            .into());
        }
    };
    let number = look_up_people::Number { citizen, phone };
    Ok(look_up_people::by_number(app, &call, number)
        .await?
        .into_reply())
}

pub(crate) async fn search(
    app: &App,
    request: Request<pb::SearchPeopleRequest>,
) -> Result<pb::SearchPeopleResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let query = violations.text("query", &request.query, LONGEST_QUERY);
    let text = violations.finish_with(query)?;
    // The page is bound to what was typed by the keyed hash of it: page tokens travel in the open.
    let filters = format!("{:?}", app.db.cipher().blind_index("search page", &text)?);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let wanted = people_words::wanted(app.db.cipher(), &text)?;
    let typed = look_up_people::Typed { text, wanted };
    let found = look_up_people::by_words(app, &call, typed, &page, window(&page)).await?;
    Ok(found.into_reply())
}

/// Also of those under confidentiality, when the method's policy reaches them.
pub(crate) async fn reveal(
    app: &App,
    request: Request<pb::RevealPersonRequest>,
) -> Result<pb::Person, Fault> {
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().purpose)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let fields = person::fields(request.fields)?;
    Ok(reveal::person(app, &call, id, &fields).await?.into_reply())
}

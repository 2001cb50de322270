//! Handlers of people. What goes out is masked.

use jianyi_kernel::{CitizenId, Fault, Violation};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{person, window};
use super::guard;
use crate::domain::phone::Phone;
use crate::store;
use crate::store::people_keys;
use crate::usecase::{App, create_person};

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreatePersonRequest>,
) -> Result<pb::Person, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let profile = person::profile(request.person, app.db.clock().today())?;
    Ok(create_person::run(app, &call, profile).await?.into_reply())
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetPersonRequest>,
) -> Result<pb::Person, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
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
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let (cipher, today) = (app.db.cipher(), app.db.clock().today());
    let (citizen, phone) = match (request.citizen_id.trim(), request.phone.trim()) {
        ("", "") => return Err(Violation::required("citizen_id").into()),
        (number, "") => {
            let id = CitizenId::parse("citizen_id", number, today)?;
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
    let mut conn = app.db.read(&caller).await?;
    let found =
        store::people::find(&mut conn, cipher, citizen.as_deref(), phone.as_deref()).await?;
    let people = found
        .into_iter()
        .map(|person| app.named((person, today)).into())
        .collect();
    Ok(pb::FindPersonResponse {
        people,
        unreachable: Vec::new(),
    })
}

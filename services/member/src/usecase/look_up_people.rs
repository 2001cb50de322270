//! Looking somebody up by what one knows of them. An answer confirms it, so the question is recorded (V-130).

use jianyi_db::search::part_of;
use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;

use super::App;
use crate::domain::person::Person;
use crate::store::people::Wanted;
use crate::store::{self, Window};

/// The keyed hash that is looked for.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) citizen: Option<Vec<u8>>,
    pub(crate) phone: Option<Vec<u8>>,
}

/// Everybody with a number.
pub(crate) async fn by_number(
    app: &App,
    call: &Call,
    number: Number,
) -> Result<Committed<pb::FindPersonResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::FindPersonResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (cipher, today) = (uow.cipher().clone(), uow.now().business_date());
    let (citizen, phone) = (number.citizen.as_deref(), number.phone.as_deref());
    let found = store::people::find(uow.conn(), &cipher, citizen, phone).await?;
    let people = found
        .into_iter()
        .map(|person| app.named((person, today)).into())
        .collect();
    uow.commit(pb::FindPersonResponse {
        people,
        unreachable: Vec::new(),
    })
    .await
}

/// What was typed, and its keyed words.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) text: String,
    /// `None`: nothing that could be looked for.
    pub(crate) wanted: Option<Wanted>,
}

/// A page of those who are found by it.
pub(crate) async fn by_words(
    app: &App,
    call: &Call,
    typed: Typed,
    page: &Page,
    window: Window,
) -> Result<Committed<pb::SearchPeopleResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::SearchPeopleResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (cipher, today) = (uow.cipher().clone(), uow.now().business_date());
    let found = match &typed.wanted {
        Some(wanted) => store::people::search(uow.conn(), &cipher, wanted, window).await?,
        None => Vec::new(),
    };
    let (found, next_page_token) =
        page.cut(found, |person| (person.created_at, person.id.as_uuid()));
    let several = typed
        .wanted
        .as_ref()
        .is_some_and(|wanted| !wanted.all.is_empty());
    let people = found
        .into_iter()
        .filter(|person| !several || is_meant(person, &typed.text))
        .map(|person| app.named((person, today)).into())
        .collect();
    uow.commit(pb::SearchPeopleResponse {
        people,
        next_page_token,
        unreachable: Vec::new(),
    })
    .await
}

/// Words found apart may stand apart in a name: then it is not what was typed. Latin letters and digits are
/// found whole.
fn is_meant(person: &Person, typed: &str) -> bool {
    typed.is_ascii()
        || person.profile().is_ok_and(|profile| {
            part_of(
                profile.full_name.expose("compare with what was typed"),
                typed,
            )
        })
}

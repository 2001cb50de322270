//! Shows what is otherwise masked, for a purpose. That it was shown is on record before it is.

use std::collections::BTreeSet;

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id, Mask as _};
use jianyi_proto::member::v1 as pb;

use super::{App, fence};
use crate::domain::hero::HeroId;
use crate::domain::person::PersonKey;
use crate::store;

/// Fields of a person that may be asked for.
pub(crate) const FIELDS: [&str; 5] = [
    "full_name",
    "citizen_id",
    "document_number",
    "phone",
    "birth_date",
];

/// A person with some fields as they are.
pub(crate) async fn person(
    app: &App,
    call: &Call,
    id: Id<PersonKey>,
    fields: &BTreeSet<&'static str>,
) -> Result<Committed<pb::Person>, Fault> {
    let mut uow = match app.db.begin::<pb::Person>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (cipher, today) = (uow.cipher().clone(), uow.now().business_date());
    let caller = uow.call().caller.clone();
    fence::admit_read(uow.conn(), &caller, id.as_uuid(), &app.name(id)).await?;
    let found = store::people::get(uow.conn(), &cipher, id).await?;
    let person = found.ok_or_else(|| Fault::NotFound(app.name(id)))?;
    let whole: pb::Person = app.named((person, today)).into();
    let mut shown = whole.clone();
    shown.mask();
    for (field, shown, whole) in [
        ("full_name", &mut shown.full_name, whole.full_name),
        ("citizen_id", &mut shown.citizen_id, whole.citizen_id),
        (
            "document_number",
            &mut shown.document_number,
            whole.document_number,
        ),
        ("phone", &mut shown.phone, whole.phone),
        ("birth_date", &mut shown.birth_date, whole.birth_date),
    ] {
        if fields.contains(field) {
            *shown = whole;
        }
    }
    uow.commit(shown).await
}

/// A hero, with the grounds.
pub(crate) async fn hero(app: &App, call: &Call, id: HeroId) -> Result<Committed<pb::Hero>, Fault> {
    let mut uow = match app.db.begin::<pb::Hero>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let caller = uow.call().caller.clone();
    fence::admit_read(uow.conn(), &caller, id.as_uuid(), &app.name(id)).await?;
    let found = store::heroes::get(uow.conn(), &cipher, id).await?;
    let hero = found.ok_or_else(|| Fault::NotFound(app.name(id)))?;
    uow.commit(app.named(&hero).into()).await
}

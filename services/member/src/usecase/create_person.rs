//! Registers a person once, however many clerks enter them at the same time.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, vanished};
use crate::domain::full_name::FullName;
use crate::domain::person::{self, Person, PersonId, Profile};
use crate::store::people_keys::Keys;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    profile: Profile,
) -> Result<Committed<pb::Person>, Fault> {
    let mut uow = match app.db.begin::<pb::Person>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let keys = Keys::of(&cipher, &profile)?;
    if let Some(existing) = store::people::find_same(uow.conn(), &keys).await? {
        return Err(recognised(app, &mut uow, existing, &profile.full_name).await?);
    }
    let (person, registered) = Person::register(uow.new_id(), profile, uow.now());
    let row = (person.id, person.version, person.created_at);
    let profile = person.profile()?;
    // Waits for whoever is registering the same number at this moment.
    if !store::people::insert(uow.conn(), &cipher, row, profile, &keys).await? {
        return Err(match store::people::find_same(uow.conn(), &keys).await? {
            Some(existing) => recognised(app, &mut uow, existing, &profile.full_name).await?,
            // In another township, locked, or under confidentiality: which of them is not told.
            None => person::Error::Elsewhere.into(),
        });
    }
    store::people_words::write(uow.conn(), &cipher, person.id, profile).await?;
    uow.emit(events::person_registered(&app.county, &person, &registered));
    let today = uow.now().business_date();
    uow.commit(app.named((person, today)).into()).await
}

/// What to answer when the keys are on record: the person exists, or somebody else has the number.
async fn recognised(
    app: &App,
    uow: &mut Uow,
    id: PersonId,
    newcomer: &FullName,
) -> Result<Fault, Fault> {
    let cipher = uow.cipher().clone();
    let existing = store::people::get(uow.conn(), &cipher, id)
        .await?
        .ok_or_else(vanished)?;
    existing.recognise(newcomer, app.name(id))?;
    Ok(Fault::Exists(app.name(id)))
}

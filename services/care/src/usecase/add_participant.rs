//! Records somebody as taking part in an activity, if they may and are nowhere else on its days.

use jianyi_db::{Begun, Committed, FieldCipher, Uow};
use jianyi_kernel::{Call, Fault, Timestamp};
use jianyi_proto::{care::v1 as pb, name};

use super::{App, taken};
use crate::convert::participant::{NewParticipant, place, reply};
use crate::domain::activity::{Activity, Error};
use crate::domain::participant::{self, Participant, Person};
use crate::store;

/// Records the participant, once.
pub(crate) async fn add_participant(
    app: &App,
    call: &Call,
    new: NewParticipant,
) -> Result<Committed<pb::ActivityParticipant>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    // The activity's date stands still while its days are taken.
    let activity = store::activities::lock(uow.conn(), new.activity)
        .await?
        .ok_or_else(|| Fault::NotFound(new.activity.name()))?;
    activity.must_take_place()?;
    admit(&mut uow, &activity, &new).await?;
    let participant = seal(new, uow.cipher(), uow.now())?;
    if !store::participants::insert(uow.conn(), &participant).await? {
        let found = store::participants::find_natural(uow.conn(), &participant).await?;
        return Err(taken(found.map(|id| name::child(participant.activity, id))));
    }
    let days = activity.each_day();
    if let Some(day) =
        store::person_days::take(uow.conn(), &participant.person, participant.id, &days).await?
    {
        return Err(Error::DoubleBooked { day }.into());
    }
    let reply = reply(&participant, uow.cipher())?;
    uow.commit(reply).await
}

async fn admit(uow: &mut Uow, activity: &Activity, new: &NewParticipant) -> Result<(), Fault> {
    let today = uow.now().business_date();
    let hero = store::heroes::lock(uow.conn(), &new.hero)
        .await?
        .ok_or(participant::Error::NotEligible)?;
    participant::admit(
        &hero,
        &new.person,
        activity.first_day(),
        today,
        new.guardian_consent,
    )?;
    Ok(())
}

/// A hero is the same person in every role; a child is known by parent, name and day of birth.
fn seal(new: NewParticipant, cipher: &FieldCipher, now: Timestamp) -> Result<Participant, Fault> {
    let (key, child_name, child_birth_date) = match &new.person {
        Person::Hero => (new.hero.clone(), None, None),
        Person::Child { name, born } => {
            let (name, born) = (name.expose("seal"), born.expose("seal").to_string());
            let seal = |column, text: &str| cipher.seal(&place(new.id, column), text.as_bytes());
            let key = format!("{}\n{name}\n{born}", new.hero);
            (
                key,
                Some(seal("child_name", name)?),
                Some(seal("child_birth_date", &born)?),
            )
        }
    };
    Ok(Participant {
        id: new.id,
        created_at: now,
        activity: new.activity,
        person: cipher.blind_index("participant", &key)?,
        hero: new.hero,
        role: new.role,
        child_name,
        child_birth_date,
        guardian_consent: new.guardian_consent,
        sources: new.provenance.sources,
        locations: new.provenance.locations,
    })
}

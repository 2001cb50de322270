//! Closes a planned activity with what is known afterwards. A moved date moves the participants' days.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault, parse_day};
use jianyi_proto::care::v1 as pb;

use super::{App, must_match, taken};
use crate::convert::participant::place;
use crate::domain::activity::{Activity, Closing, Error};
use crate::domain::id::ActivityId;
use crate::domain::participant::{Participant, check_consent};
use crate::{events, store};

/// Closes the activity.
pub(crate) async fn close_activity(
    app: &App,
    call: &Call,
    id: ActivityId,
    closing: Closing,
    etag: &str,
) -> Result<Committed<pb::Activity>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let activity = store::activities::lock(uow.conn(), id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    must_match(etag, activity.version, &id.name())?;
    let planned_days = activity.held_on.clone();
    let activity = activity.close(closing, uow.now().business_date())?;
    if let Some(other) = store::activities::find_natural(uow.conn(), &activity).await? {
        return Err(Fault::Exists(other.name()));
    }
    let now = uow.now();
    if !store::activities::save(uow.conn(), &activity, now).await? {
        return Err(taken(None));
    }
    if activity.held_on != planned_days {
        move_participants(&mut uow, &activity).await?;
    }
    uow.emit(events::activity_moved(&activity));
    uow.commit(pb::Activity::from(&activity)).await
}

/// Takes the participants' new days in place of the old ones, and asks again for consents.
async fn move_participants(uow: &mut Uow, activity: &Activity) -> Result<(), Fault> {
    store::person_days::free(uow.conn(), activity.id).await?;
    let days = activity.each_day();
    for participant in store::participants::all(uow.conn(), activity.id).await? {
        recheck_consent(uow, activity, &participant)?;
        let taken =
            store::person_days::take(uow.conn(), &participant.person, participant.id, &days)
                .await?;
        if let Some(day) = taken {
            return Err(Error::DoubleBooked { day }.into());
        }
    }
    Ok(())
}

fn recheck_consent(uow: &Uow, activity: &Activity, participant: &Participant) -> Result<(), Fault> {
    let Some(sealed) = &participant.child_birth_date else {
        return Ok(());
    };
    let born = uow
        .cipher()
        .open_text(&place(participant.id, "child_birth_date"), sealed)?;
    let born = parse_day("child_birth_date", &born)
        .map_err(|_| Fault::internal("a stored birth date is no day"))?;
    Ok(check_consent(
        born,
        activity.first_day(),
        participant.guardian_consent,
    )?)
}

//! A dead letter handled again, by an operator's decision.

use jianyi_db::{Db, DeadLetter};
use jianyi_kernel::{Division, Fault};
use uuid::Uuid;

use crate::{Delivery, Origin, Subscription};

/// Takes an event out of the dead letters and hands it to its handler, in one unit of work.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such dead letter or no such consumer here; the handler's fault
/// when it fails again, and then the letter stays.
pub async fn replay(
    db: &Db,
    subscriptions: &[Subscription],
    consumer: &str,
    event_id: Uuid,
) -> Result<(), Fault> {
    let missing = || Fault::NotFound(format!("deadLetters/{consumer}/{event_id}"));
    let subscription = subscriptions
        .iter()
        .find(|s| s.consumer() == consumer)
        .ok_or_else(missing)?;
    let mut uow = db.begin_background(&subscription.call()).await?;
    let letter = uow
        .take_dead_letter(consumer, event_id)
        .await?
        .ok_or_else(missing)?;
    subscription
        .deliver_in(&mut uow, &Delivery::try_from(letter)?)
        .await?;
    uow.commit_background().await
}

impl TryFrom<DeadLetter> for Delivery {
    type Error = Fault;

    fn try_from(letter: DeadLetter) -> Result<Self, Fault> {
        Ok(Self {
            event_id: letter.event_id,
            type_name: letter.type_name,
            resource: letter.resource,
            division: Division::parse("division", &letter.division)?,
            version: letter.version,
            occurred_at: letter.occurred_at,
            stream_sequence: u64::try_from(letter.stream_sequence).map_err(Fault::internal)?,
            origin: Origin::Unknown,
            data: letter.data.into(),
        })
    }
}

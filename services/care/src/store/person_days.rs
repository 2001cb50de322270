//! Table `person_days`: on which days somebody is taken. Its key is what decides between concurrent requests.

use jianyi_db::PgConnection;
use jianyi_kernel::Fault;
use time::Date;

use crate::domain::id::{ActivityId, ParticipantId};

/// Takes a person's days; `Some(day)` is the first that is taken already. Waits for concurrent takers,
/// and goes through the days in order so that two takers cannot wait for each other.
pub(crate) async fn take(
    conn: &mut PgConnection,
    person: &[u8],
    participant: ParticipantId,
    days: &[Date],
) -> Result<Option<Date>, Fault> {
    let taken: Vec<Date> = sqlx::query_scalar!(
        "insert into person_days (person, day, participant)
         select $1, day, $2 from unnest($3::date[]) as day order by day
         on conflict do nothing returning day",
        person,
        participant.as_uuid(),
        days,
    )
    .fetch_all(conn)
    .await?;
    Ok(days.iter().find(|day| !taken.contains(day)).copied())
}

/// Frees the days of everybody in an activity.
pub(crate) async fn free(conn: &mut PgConnection, activity: ActivityId) -> Result<(), Fault> {
    sqlx::query!(
        "delete from person_days using participants
         where person_days.participant = participants.id and participants.activity = $1",
        activity.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

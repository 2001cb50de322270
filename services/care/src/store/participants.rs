//! Table `participants`: who takes part in which activity.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use jianyi_rpc::Page;

use crate::domain::id::{ActivityId, ParticipantId};
use crate::domain::participant::{Participant, ParticipantRole};

macro_rules! participants {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Participant,
            r#"select id as "id: ParticipantId", created_at as "created_at: Timestamp",
                      activity as "activity: ActivityId", hero, role as "role: ParticipantRole", person,
                      child_name, child_birth_date, guardian_consent, sources, locations
               from participants "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when the person takes part already.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Participant) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into participants (id, created_at, activity, hero, role, person, child_name, child_birth_date,
                guardian_consent, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        new.activity.as_uuid(),
        new.hero,
        new.role as _,
        new.person,
        new.child_name,
        new.child_birth_date,
        new.guardian_consent,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The same person in the same activity.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &Participant,
) -> Result<Option<ParticipantId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: ParticipantId" from participants where activity = $1 and person = $2"#,
        like.activity.as_uuid(),
        like.person,
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(
    conn: &mut PgConnection,
    activity: ActivityId,
    id: ParticipantId,
) -> Result<Option<Participant>, Fault> {
    Ok(participants!(
        "where activity = $1 and id = $2",
        activity.as_uuid(),
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// Everybody in an activity, in the order of their keys: locks on days are then taken in one order.
pub(crate) async fn all(
    conn: &mut PgConnection,
    activity: ActivityId,
) -> Result<Vec<Participant>, Fault> {
    Ok(
        participants!("where activity = $1 order by person", activity.as_uuid())
            .fetch_all(conn)
            .await?,
    )
}

/// A page.
pub(crate) async fn list(
    conn: &mut PgConnection,
    activity: ActivityId,
    page: &Page,
) -> Result<Vec<Participant>, Fault> {
    Ok(participants!(
        "where activity = $4 and ($1::timestamptz is null or (created_at, id) > ($1, $2))
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        activity.as_uuid(),
    )
    .fetch_all(conn)
    .await?)
}

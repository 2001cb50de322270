//! Table `activities`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::activity::{Activity, ActivityKind, ActivityState};
use crate::domain::id::{ActivityId, ProgrammeId};
use crate::store::unless_taken;

macro_rules! activities {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Activity,
            r#"select id as "id: ActivityId", version, created_at as "created_at: Timestamp",
                      kind as "kind: ActivityKind", title, programme as "programme: ProgrammeId",
                      held_on as "held_on: FuzzyDate", batch_no, destinations, partner, stated_days,
                      participants as "participants: Count", place, state as "state: ActivityState",
                      division as "division: Division", sources, locations,
                      (select count(*) from participants join heroes using (hero)
                       where activity = activities.id and not heroes.sealed) as "named_participants!"
               from activities "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Activity) -> Result<bool, Fault> {
    let span = new.held_on.span();
    let done = sqlx::query!(
        "insert into activities (id, version, created_at, kind, title, programme, held_on, held_on_key, first_day,
                last_day, batch_no, destinations, partner, stated_days, participants, place, state, division,
                sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.kind as _,
        new.title,
        new.programme as _,
        &new.held_on as _,
        new.held_on.canonical(),
        span.map(|(first, _)| first),
        span.map(|(_, last)| last),
        new.batch_no,
        &new.destinations,
        new.partner,
        new.stated_days,
        new.participants as _,
        new.place,
        new.state as _,
        &new.division as _,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Another activity with the same natural key that is not cancelled.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &Activity,
) -> Result<Option<ActivityId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: ActivityId" from activities
           where kind = $1 and held_on_key = $2 and coalesce(batch_no, 0) = $3 and division = $4
                 and state <> 'cancelled' and id <> $5"#,
        like.kind as _,
        like.held_on.canonical(),
        like.batch_no.unwrap_or(0),
        &like.division as _,
        like.id.as_uuid(),
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes what changed; `false` when the natural key was taken meanwhile.
pub(crate) async fn save(
    conn: &mut PgConnection,
    changed: &Activity,
    now: Timestamp,
) -> Result<bool, Fault> {
    let span = changed.held_on.span();
    let result = sqlx::query!(
        "update activities set version = $2, updated_at = $3, held_on = $4, held_on_key = $5, first_day = $6,
                last_day = $7, stated_days = $8, participants = $9, state = $10, sources = $11, locations = $12
         where id = $1",
        changed.id.as_uuid(),
        changed.version,
        now as _,
        &changed.held_on as _,
        changed.held_on.canonical(),
        span.map(|(first, _)| first),
        span.map(|(_, last)| last),
        changed.stated_days,
        changed.participants as _,
        changed.state as _,
        &changed.sources,
        &changed.locations,
    )
    .execute(conn)
    .await;
    unless_taken(result)
}

/// One by id.
pub(crate) async fn find(
    conn: &mut PgConnection,
    id: ActivityId,
) -> Result<Option<Activity>, Fault> {
    Ok(activities!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// One by id, locked.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: ActivityId,
) -> Result<Option<Activity>, Fault> {
    Ok(activities!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// Only this kind.
    pub(crate) kind: Option<ActivityKind>,
    /// Only what may lie in this year; 0 for all.
    pub(crate) year: i32,
    /// Only this state.
    pub(crate) state: Option<ActivityState>,
}

/// A page.
pub(crate) async fn list(
    conn: &mut PgConnection,
    filter: Filter,
    page: &Page,
) -> Result<Vec<Activity>, Fault> {
    Ok(activities!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2))
               and ($4::text is null or kind = $4)
               and ($5::int4 = 0 or (extract(year from first_day) <= $5 and extract(year from last_day) >= $5))
               and ($6::text is null or state = $6)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        filter.kind as _,
        filter.year,
        filter.state as _,
    )
    .fetch_all(conn)
    .await?)
}

//! Table `visits`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::id::{RoundId, VisitId};
use crate::domain::visit::{Visit, VisitMode, VisitOutcome};

macro_rules! visits {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Visit,
            r#"select id as "id: VisitId", created_at as "created_at: Timestamp", round as "round: RoundId", hero,
                      mode as "mode: VisitMode", visited_on as "visited_on: FuzzyDate", visitor_org,
                      outcome as "outcome: VisitOutcome", with_media, sources, locations
               from visits "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Visit) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into visits (id, created_at, round, hero, mode, visited_on, visited_on_key, visitor_org, outcome,
                with_media, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        new.round.as_uuid(),
        new.hero,
        new.mode as _,
        &new.visited_on as _,
        new.visited_on.canonical(),
        new.visitor_org,
        new.outcome as _,
        new.with_media,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The one with the same natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &Visit,
) -> Result<Option<VisitId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: VisitId" from visits
           where round = $1 and hero = $2 and visited_on_key = $3 and visitor_org = $4"#,
        like.round.as_uuid(),
        like.hero,
        like.visited_on.canonical(),
        like.visitor_org,
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(
    conn: &mut PgConnection,
    round: RoundId,
    id: VisitId,
) -> Result<Option<Visit>, Fault> {
    Ok(visits!(
        "where round = $1 and id = $2",
        round.as_uuid(),
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// A page.
pub(crate) async fn list(
    conn: &mut PgConnection,
    round: RoundId,
    page: &Page,
) -> Result<Vec<Visit>, Fault> {
    Ok(visits!(
        "where round = $4 and ($1::timestamptz is null or (created_at, id) > ($1, $2))
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        round.as_uuid(),
    )
    .fetch_all(conn)
    .await?)
}

/// Forgets that pictures of a hero were taken, who must stay unknown from now on.
pub(crate) async fn withdraw_media(
    conn: &mut PgConnection,
    hero: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update visits set with_media = false, version = version + 1, updated_at = $2 where hero = $1 and with_media",
        hero,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

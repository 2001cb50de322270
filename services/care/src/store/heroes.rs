//! Table `heroes`: what is known of heroes from the member service's events.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};

use crate::domain::festival_round::Reached;
use crate::domain::hero::{Hero, HeroEnd};
use crate::domain::id::{HeroId, RoundId};

macro_rules! heroes {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Hero,
            r#"select id as "id: HeroId", version, created_at as "created_at: Timestamp", hero,
                      division as "division: Division", moved_version, former_divisions, moved_on, confirmed_version, confirmed_on, sealed, seal_version,
                      ended_version, ended_on, end_reason as "end_reason: HeroEnd"
               from heroes "# + $tail $($args)*
        )
    };
}

/// One hero by resource name.
pub(crate) async fn find(conn: &mut PgConnection, hero: &str) -> Result<Option<Hero>, Fault> {
    Ok(heroes!("where hero = $1", hero)
        .fetch_optional(conn)
        .await?)
}

/// One hero by resource name, locked: nobody's standing changes while it is acted on.
pub(crate) async fn lock(conn: &mut PgConnection, hero: &str) -> Result<Option<Hero>, Fault> {
    Ok(heroes!("where hero = $1 for update", hero)
        .fetch_optional(conn)
        .await?)
}

/// Locks a hero's row, making it when this is the first that is heard of the hero.
pub(crate) async fn lock_or_insert(conn: &mut PgConnection, unheard: Hero) -> Result<Hero, Fault> {
    sqlx::query!(
        "insert into heroes (id, created_at, hero, division) values ($1, $2, $3, $4) on conflict do nothing",
        unheard.id.as_uuid(),
        unheard.created_at as _,
        unheard.hero,
        unheard.division as _,
    )
    .execute(&mut *conn)
    .await?;
    Ok(heroes!("where id = $1 for update", unheard.id.as_uuid())
        .fetch_one(conn)
        .await?)
}

/// Writes what changed.
pub(crate) async fn save(
    conn: &mut PgConnection,
    hero: &Hero,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update heroes set version = version + 1, updated_at = $2, confirmed_version = $3, confirmed_on = $4,
                sealed = $5, ended_version = $6, ended_on = $7, end_reason = $8, seal_version = $9, hero = $10, division = $11, moved_version = $12,
                former_divisions = $13, moved_on = $14
         where id = $1",
        hero.id.as_uuid(),
        now as _,
        hero.confirmed_version,
        hero.confirmed_on,
        hero.sealed,
        hero.ended_version,
        hero.ended_on,
        hero.end_reason as _,
        hero.seal_version,
        hero.hero,
        &hero.division as _,
        hero.moved_version,
        &hero.former_divisions,
        &hero.moved_on,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every hero, and what the visits of a round say about them, in a stable order.
pub(crate) async fn reached(
    conn: &mut PgConnection,
    round: RoundId,
) -> Result<Vec<Reached>, Fault> {
    let heroes = heroes!("order by hero").fetch_all(&mut *conn).await?;
    let outcomes = sqlx::query!(
        r#"select hero, bool_or(outcome = 'visited') as "visited!", bool_or(outcome = 'opted_out') as "opted_out!"
           from visits where round = $1 group by hero"#,
        round.as_uuid(),
    )
    .fetch_all(conn)
    .await?;
    let outcomes: std::collections::HashMap<_, _> = outcomes
        .into_iter()
        .map(|row| (row.hero, (row.visited, row.opted_out)))
        .collect();
    let reach = |hero: Hero| {
        let (visited, opted_out) = outcomes.get(&hero.hero).copied().unwrap_or_default();
        Reached {
            hero,
            visited,
            opted_out,
        }
    };
    Ok(heroes.into_iter().map(reach).collect())
}

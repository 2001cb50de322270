//! Which generation of the read model serves, and which one is being built.

use jianyi_db::PgConnection;
use jianyi_kernel::Fault;

/// The generations that live events go to.
pub(crate) async fn kept(conn: &mut PgConnection) -> Result<Vec<i32>, Fault> {
    let state = sqlx::query!("select active_generation, building_generation from projection_state")
        .fetch_one(conn)
        .await?;
    Ok(std::iter::once(state.active_generation)
        .chain(state.building_generation)
        .collect())
}

/// Begins a generation; `None` when one is being built.
pub(crate) async fn begin(conn: &mut PgConnection) -> Result<Option<i32>, Fault> {
    Ok(sqlx::query_scalar!(
        "update projection_state set building_generation = last_generation + 1, last_generation = last_generation + 1
         where building_generation is null returning last_generation"
    )
    .fetch_optional(conn)
    .await?)
}

/// Lets the generation that was built serve.
pub(crate) async fn change_over(conn: &mut PgConnection) -> Result<(), Fault> {
    sqlx::query!(
        "update projection_state set active_generation = building_generation, building_generation = null
         where building_generation is not null"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives up what is being built, and says which it was.
pub(crate) async fn abandon(conn: &mut PgConnection) -> Result<Option<i32>, Fault> {
    Ok(sqlx::query_scalar!(
        "update projection_state set building_generation = null where building_generation is not null returning last_generation"
    )
    .fetch_optional(conn)
    .await?)
}

/// Drops the rows of every generation but the one that serves.
pub(crate) async fn forget_others(conn: &mut PgConnection) -> Result<(), Fault> {
    sqlx::query!(
        "delete from facts where generation <> (select active_generation from projection_state)"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from watermarks where generation <> (select active_generation from projection_state)")
        .execute(conn)
        .await?;
    Ok(())
}

/// How many events a replay's consumers have handled.
pub(crate) async fn replayed(conn: &mut PgConnection, consumers: &[String]) -> Result<i64, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from inbox where consumer = any($1)"#,
        consumers
    )
    .fetch_one(conn)
    .await?)
}

/// Drops what a replay's consumers leave behind; the live consumers keep their own.
pub(crate) async fn forget_consumers(
    conn: &mut PgConnection,
    consumers: &[String],
) -> Result<(), Fault> {
    sqlx::query!("delete from inbox where consumer = any($1)", consumers)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from dead_letter where consumer = any($1)",
        consumers
    )
    .execute(conn)
    .await?;
    Ok(())
}

//! Table `instance`: whose database this is.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use uuid::Uuid;

/// Takes the database for a county unless it is taken; answers whose it is.
pub(crate) async fn claim(
    conn: &mut PgConnection,
    id: Uuid,
    county: &Division,
    now: Timestamp,
) -> Result<Division, Fault> {
    sqlx::query!(
        "insert into instance (id, created_at, division) values ($1, $2, $3) on conflict do nothing",
        id,
        now as _,
        county as _
    )
    .execute(&mut *conn)
    .await?;
    Ok(
        sqlx::query_scalar!(r#"select division as "division: Division" from instance"#)
            .fetch_one(conn)
            .await?,
    )
}

//! Table `org_unit_names`: what a unit was called from which day on.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use time::Date;
use uuid::Uuid;

use crate::domain::org_unit::OrgUnitId;

/// Adds a name; `valid_from` is `None` for the first one.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    unit: OrgUnitId,
    display_name: &str,
    valid_from: Option<Date>,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into org_unit_names (id, created_at, org_unit_id, display_name, valid_from)
         values ($1, $2, $3, $4, $5)",
        id,
        now as _,
        unit.as_uuid(),
        display_name,
        valid_from
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// First day of the newest name; `None` when the unit still has its first.
pub(crate) async fn newest_from(
    conn: &mut PgConnection,
    unit: OrgUnitId,
) -> Result<Option<Date>, Fault> {
    Ok(sqlx::query_scalar!(
        "select max(valid_from) from org_unit_names where org_unit_id = $1",
        unit.as_uuid()
    )
    .fetch_one(conn)
    .await?)
}

//! Table `lunar_festivals`: reference data, seeded by migration and only read.

use jianyi_db::PgConnection;
use jianyi_kernel::Fault;
use time::Date;

use crate::domain::festival_round::Festival;

/// The festival's day; `None` for a year outside the table.
pub(crate) async fn day(
    conn: &mut PgConnection,
    festival: Festival,
    year: i32,
) -> Result<Option<Date>, Fault> {
    Ok(sqlx::query_scalar!(
        "select day from lunar_festivals where festival = $1 and year = $2",
        festival as _,
        year,
    )
    .fetch_optional(conn)
    .await?)
}

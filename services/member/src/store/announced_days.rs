//! Table `announced_days`.

use jianyi_db::PgConnection;
use jianyi_kernel::Fault;
use time::Date;

use crate::domain::calendar::Calendar;

/// What is announced from a day on. A row for each exception, some thirty-five a year: all that are known.
pub(crate) async fn calendar_from(conn: &mut PgConnection, day: Date) -> Result<Calendar, Fault> {
    let days = sqlx::query!(
        "select day, working from announced_days where day >= $1 order by day",
        day
    )
    .fetch_all(conn)
    .await?;
    Ok(Calendar::new(
        days.into_iter().map(|row| (row.day, row.working)),
    ))
}

//! Tables `charts` and `accounts`: effective-dated, written by migrations only.

use std::collections::BTreeSet;

use jianyi_db::PgConnection;
use jianyi_kernel::Fault;
use time::Date;

use crate::domain::ledger::Error;
use crate::domain::ledger::chart::{Chart, ChartVersion};

/// The chart that is valid on a day.
pub(crate) async fn valid_on(conn: &mut PgConnection, on: Date) -> Result<Chart, Fault> {
    let chart = sqlx::query!(
        r#"select version as "version: ChartVersion", valid_from, valid_until,
            array(select code from accounts where chart = version) as "codes!"
           from charts where valid_from <= $1 and (valid_until is null or $1 <= valid_until)"#,
        on,
    )
    .fetch_optional(conn)
    .await?
    .ok_or(Error::ChartMissing(on))?;
    let codes: BTreeSet<String> = chart.codes.into_iter().collect();
    Ok(Chart::new(
        chart.version,
        chart.valid_from,
        chart.valid_until,
        codes,
    ))
}

/// An account as it is listed.
#[derive(Debug)]
pub(crate) struct AccountRow {
    pub(crate) chart: String,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) valid_from: Date,
    pub(crate) valid_until: Option<Date>,
}

/// The accounts of the chart that is valid on a day.
pub(crate) async fn accounts_on(
    conn: &mut PgConnection,
    on: Date,
) -> Result<Vec<AccountRow>, Fault> {
    let rows = sqlx::query_as!(
        AccountRow,
        "select chart, code, title, valid_from, valid_until from accounts join charts on version = chart
         where valid_from <= $1 and (valid_until is null or $1 <= valid_until) order by code",
        on,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

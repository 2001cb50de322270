//! Sums of journal lines by account.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Fen};
use time::Date;
use uuid::Uuid;

use crate::domain::ledger::chart::ChartVersion;

/// Movements of one account.
#[derive(Debug)]
pub(crate) struct SumRow {
    pub(crate) chart: ChartVersion,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) debit: Fen,
    pub(crate) credit: Fen,
}

/// Sums up to a day, of one division or all, of lines about one thing or all.
pub(crate) async fn up_to(
    conn: &mut PgConnection,
    as_of: Date,
    division: Option<&str>,
    aux: Option<Uuid>,
) -> Result<Vec<SumRow>, Fault> {
    let rows = sqlx::query_as!(
        SumRow,
        r#"select account.chart as "chart: ChartVersion", account.code, account.title,
            sum(debit_fen)::bigint as "debit!: Fen", sum(credit_fen)::bigint as "credit!: Fen"
           from journal_lines line
           join journal_entries entry on entry.id = entry_id
           join accounts account on account.chart = line.chart and account.code = line.code
           where booked_on <= $1 and ($2::text is null or division = $2) and ($3::uuid is null or aux = $3)
           group by account.chart, account.code, account.title order by account.chart, account.code"#,
        as_of,
        division,
        aux,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

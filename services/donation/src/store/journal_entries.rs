//! Tables `journal_entries`, `journal_lines` and `voucher_counters`. Entries are added and never changed.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Fen, Timestamp};
use jianyi_rpc::Page;
use time::Date;
use uuid::Uuid;

use super::charts;
use crate::domain::ledger::Error;
use crate::domain::ledger::chart::{Account, ChartVersion};
use crate::domain::ledger::entry::{JournalEntry, Line, Side};
use crate::domain::posting::{BookedVoucher, EntryId, Template, Voucher};

/// Books a voucher under the next number of its division and month. The counter's row stays locked until
/// the transaction ends, and a rollback gives the number back: that is what leaves no gap.
pub(crate) async fn book(
    conn: &mut PgConnection,
    voucher: Voucher,
) -> Result<BookedVoucher, Fault> {
    let (entry, month) = (&voucher.entry, voucher.entry.month());
    let number = sqlx::query_scalar!(
        "insert into voucher_counters (division, month, last) values ($1, $2, 1)
         on conflict (division, month) do update set last = voucher_counters.last + 1 returning last",
        voucher.division.as_str(),
        month,
    )
    .fetch_one(&mut *conn)
    .await?;
    let booked = sqlx::query!(
        "insert into journal_entries (id, created_at, created_by, division, month, voucher_no, booked_on,
            chart, template, reference, reverses)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (reverses) do nothing",
        voucher.id.as_uuid(),
        voucher.created_at as _,
        voucher.created_by,
        voucher.division.as_str(),
        month,
        number,
        entry.booked_on(),
        entry.chart() as _,
        voucher.template as _,
        voucher.reference,
        voucher.reverses.map(EntryId::as_uuid),
    )
    .execute(&mut *conn)
    .await?;
    if booked.rows_affected() == 0 {
        return Err(Error::AlreadyReversed.into());
    }
    let lines = entry.lines();
    sqlx::query!(
        "insert into journal_lines (entry_id, line_no, chart, code, debit_fen, credit_fen, aux)
         select $1, line_no, $2, code, debit, credit, aux
         from unnest($3::text[], $4::bigint[], $5::bigint[], $6::uuid[]) with ordinality
            as line (code, debit, credit, aux, line_no)",
        voucher.id.as_uuid(),
        entry.chart() as _,
        &lines
            .iter()
            .map(|line| line.account().code().to_owned())
            .collect::<Vec<_>>(),
        &lines
            .iter()
            .map(|line| line.debit().get())
            .collect::<Vec<_>>(),
        &lines
            .iter()
            .map(|line| line.credit().get())
            .collect::<Vec<_>>(),
        lines.iter().map(Line::aux).collect::<Vec<Option<Uuid>>>() as _,
    )
    .execute(conn)
    .await?;
    Ok(BookedVoucher { voucher, number })
}

/// One voucher with its lines.
pub(crate) async fn get(conn: &mut PgConnection, id: EntryId) -> Result<BookedVoucher, Fault> {
    let ids = [id.as_uuid()];
    fetch(conn, &ids)
        .await?
        .pop()
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of vouchers with their lines.
pub(crate) async fn list(
    conn: &mut PgConnection,
    division: Option<&str>,
    month: Option<&str>,
    page: &Page,
) -> Result<Vec<BookedVoucher>, Fault> {
    let ids = sqlx::query_scalar!(
        "select id from journal_entries
         where ($1::text is null or division = $1) and ($2::text is null or month = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4)) order by created_at, id limit $5",
        division,
        month,
        page.after_time() as _,
        page.after_id(),
        page.limit(),
    )
    .fetch_all(&mut *conn)
    .await?;
    fetch(conn, &ids).await
}

async fn fetch(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<BookedVoucher>, Fault> {
    let heads = sqlx::query!(
        r#"select id as "id: EntryId", created_at as "created_at: Timestamp", created_by,
            division as "division: Division", voucher_no, booked_on, template as "template: Template", reference,
            reverses as "reverses: EntryId"
           from journal_entries where id = any($1) order by created_at, id"#,
        ids,
    )
    .fetch_all(&mut *conn)
    .await?;
    let lines = sqlx::query!(
        r#"select entry_id as "entry: EntryId", chart as "chart: ChartVersion", code, debit_fen as "debit: Fen",
            credit_fen as "credit: Fen", aux
           from journal_lines where entry_id = any($1) order by entry_id, line_no"#,
        ids,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut vouchers = Vec::with_capacity(heads.len());
    for head in heads {
        let of_entry = lines
            .iter()
            .filter(|line| line.entry == head.id)
            .map(|line| {
                let account = Account::booked(line.chart, line.code.clone());
                if line.debit > Fen::ZERO {
                    Line::new(account, Side::Debit, line.debit, line.aux)
                } else {
                    Line::new(account, Side::Credit, line.credit, line.aux)
                }
            });
        let of_entry = of_entry.collect::<Result<Vec<_>, Error>>()?;
        let entry = rebuild(conn, head.booked_on, of_entry).await?;
        vouchers.push(BookedVoucher {
            voucher: Voucher {
                id: head.id,
                created_at: head.created_at,
                created_by: head.created_by,
                division: head.division,
                template: head.template,
                reference: head.reference,
                reverses: head.reverses,
                entry,
            },
            number: head.voucher_no,
        });
    }
    Ok(vouchers)
}

/// What comes out of the books proves its balance again, like everything that went in.
async fn rebuild(
    conn: &mut PgConnection,
    on: Date,
    lines: Vec<Line>,
) -> Result<JournalEntry, Fault> {
    let chart = charts::valid_on(conn, on).await?;
    Ok(JournalEntry::balance(on, &chart, lines)?)
}

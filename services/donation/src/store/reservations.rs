//! Table `reservations`: one row per expense request, whatever was delivered how often.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, Fen, Pii, Timestamp};
use jianyi_rpc::Page;
use uuid::Uuid;

use crate::domain::fund::FundId;
use crate::domain::posting::EntryId;
use crate::domain::reservation::{Refusal, Reservation, ReservationId, ReservationState};

macro_rules! reservations {
    ($conn:expr, $fetch:ident, $tail:literal $(, $arg:expr)*) => {
        sqlx::query!(
            r#"select id as "id: ReservationId", version, created_at as "created_at: Timestamp", created_by,
                division as "division: Division", request, activity, fund_asked, fund_id as "fund: FundId",
                amount_fen as "amount: Fen", state as "state: ReservationState", refusal as "refusal: Refusal",
                paid_on, sealed_note, entry_id as "entry: EntryId"
            from reservations "# + $tail
            $(, $arg)*
        )
        .$fetch($conn)
        .await?
    };
}

/// The row with its note opened.
macro_rules! open {
    ($cipher:expr, $row:expr) => {{
        let row = $row;
        let note = match &row.sealed_note {
            Some(sealed) => $cipher.open_text(&place(row.id), sealed)?,
            None => String::new(),
        };
        Reservation {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            created_by: row.created_by,
            division: row.division,
            request: row.request,
            activity: row.activity,
            fund_asked: row.fund_asked,
            fund: row.fund,
            amount: row.amount,
            state: row.state,
            refusal: row.refusal,
            paid_on: row.paid_on,
            note: Pii::new(note),
            entry: row.entry,
        }
    }};
}

fn place(id: ReservationId) -> String {
    format!("reservations/{id}/approver_note")
}

/// Adds a decision; `false` when the request is decided already.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Reservation) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into reservations (id, version, created_at, created_by, division, request, activity,
            fund_asked, fund_id, amount_fen, state, refusal)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.created_by,
        new.division.as_str(),
        new.request,
        new.activity,
        new.fund_asked,
        new.fund.map(FundId::as_uuid),
        new.amount.get(),
        new.state as _,
        new.refusal as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One row, locked until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: ReservationId,
) -> Result<Reservation, Fault> {
    let row = reservations!(
        conn,
        fetch_optional,
        "where id = $1 for update",
        id.as_uuid()
    );
    Ok(open!(
        cipher,
        row.ok_or_else(|| Fault::NotFound(id.name()))?
    ))
}

/// The payment behind an entry, if one is, locked until the transaction ends.
pub(crate) async fn lock_by_entry(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    entry: EntryId,
) -> Result<Option<Reservation>, Fault> {
    let row = reservations!(
        conn,
        fetch_optional,
        "where entry_id = $1 for update",
        entry.as_uuid()
    );
    Ok(match row {
        Some(row) => Some(open!(cipher, row)),
        None => None,
    })
}

/// Writes what became of a locked row.
pub(crate) async fn save(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    reservation: &Reservation,
    now: Timestamp,
) -> Result<(), Fault> {
    let note = reservation.note.expose("seal");
    let sealed = if note.is_empty() {
        None
    } else {
        Some(cipher.seal(&place(reservation.id), note.as_bytes())?)
    };
    sqlx::query!(
        "update reservations set state = $2, paid_on = $3, sealed_note = $4, entry_id = $5, version = $6,
            updated_at = $7 where id = $1",
        reservation.id.as_uuid(),
        reservation.state as _,
        reservation.paid_on,
        sealed,
        reservation.entry.map(EntryId::as_uuid),
        reservation.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One row.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: ReservationId,
) -> Result<Reservation, Fault> {
    let row = reservations!(conn, fetch_optional, "where id = $1", id.as_uuid());
    Ok(open!(
        cipher,
        row.ok_or_else(|| Fault::NotFound(id.name()))?
    ))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    fund: Option<Uuid>,
    state: Option<ReservationState>,
    page: &Page,
) -> Result<Vec<Reservation>, Fault> {
    let rows = reservations!(
        conn,
        fetch_all,
        "where ($1::uuid is null or fund_id = $1) and ($2::text is null or state = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4)) order by created_at, id limit $5",
        fund,
        state as _,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    );
    rows.into_iter().map(|row| Ok(open!(cipher, row))).collect()
}

//! Table `handovers`: what passes between this county and others.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, Timestamp};
use time::Date;
use zeroize::Zeroizing;

use super::Window;
use crate::domain::handover::{Handover, HandoverId, Side, State, Terms};
use crate::domain::person::PersonId;

struct Row {
    id: HandoverId,
    version: i64,
    created_at: Timestamp,
    side: Side,
    person_id: PersonId,
    county: Division,
    effective_on: Date,
    epoch: i64,
    expires_at: Timestamp,
    sealed: bool,
    state: State,
    reason: Option<String>,
}

impl Row {
    fn assemble(self) -> Handover {
        Handover {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            side: self.side,
            terms: Terms {
                person: self.person_id,
                county: self.county,
                effective_on: self.effective_on,
                epoch: self.epoch,
                expires_at: self.expires_at,
                sealed: self.sealed,
            },
            state: self.state,
            reason: self.reason,
        }
    }
}

fn place(id: HandoverId) -> String {
    format!("handovers/{id}/private_key")
}

/// The person of a hand-over, to lock first.
pub(crate) async fn person_of(
    conn: &mut PgConnection,
    id: HandoverId,
) -> Result<Option<PersonId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select person_id as "id: PersonId" from handovers where id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// A hand-over, kept from changing until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: HandoverId,
) -> Result<Option<Handover>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: HandoverId", version, created_at as "created_at: Timestamp", side as "side: Side",
                  person_id as "person_id: PersonId", county as "county: Division", effective_on, epoch,
                  expires_at as "expires_at: Timestamp", sealed, state as "state: State", reason
           from handovers where id = $1 for update"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Row::assemble))
}

/// What a list is narrowed to.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) side: Option<Side>,
    pub(crate) state: Option<State>,
}

/// Hand-overs in the order of entry.
pub(crate) async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    window: Window,
) -> Result<Vec<Handover>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: HandoverId", version, created_at as "created_at: Timestamp", side as "side: Side",
                  person_id as "person_id: PersonId", county as "county: Division", effective_on, epoch,
                  expires_at as "expires_at: Timestamp", sealed, state as "state: State", reason
           from handovers
           where ($1::text is null or side = $1) and ($2::text is null or state = $2)
             and ($3::timestamptz is null or (created_at, id) > ($3, $4::uuid))
           order by created_at, id limit $5"#,
        filter.side as _,
        filter.state as _,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::assemble).collect())
}

/// Offers of this county that nobody may accept any more.
pub(crate) async fn overdue(
    conn: &mut PgConnection,
    now: Timestamp,
) -> Result<Vec<HandoverId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: HandoverId" from handovers
           where side = 'giving' and state = 'offered' and expires_at <= $1 order by id limit 100"#,
        now as _
    )
    .fetch_all(conn)
    .await?)
}

/// Adds a hand-over; `false` when it is known, or the person has an open one.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Handover) -> Result<bool, Fault> {
    let terms = &new.terms;
    let done = sqlx::query!(
        "insert into handovers (id, version, created_at, side, person_id, county, effective_on, epoch, expires_at,
             sealed, state, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.side as _,
        terms.person.as_uuid(),
        &terms.county as _,
        terms.effective_on,
        terms.epoch,
        terms.expires_at as _,
        terms.sealed,
        new.state as _,
        new.reason
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what may change. A key that can no longer serve is destroyed.
pub(crate) async fn save(
    conn: &mut PgConnection,
    handover: &Handover,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update handovers set version = $2, updated_at = $3, state = $4, reason = $5, sealed = $6, private_key = null
         where id = $1",
        handover.id.as_uuid(),
        handover.version,
        now as _,
        handover.state as _,
        handover.reason,
        handover.terms.sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores an acceptance with the key that it made.
pub(crate) async fn save_accepted(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    handover: &Handover,
    key: &[u8],
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update handovers set version = $2, updated_at = $3, state = $4, private_key = $5 where id = $1",
        handover.id.as_uuid(),
        handover.version,
        now as _,
        handover.state as _,
        cipher.seal(&place(handover.id), key)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The key of an acceptance.
pub(crate) async fn private_key(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: HandoverId,
) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
    let sealed = sqlx::query_scalar!(
        "select private_key from handovers where id = $1",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .flatten();
    sealed
        .map(|sealed| cipher.open(&place(id), &sealed).map(Zeroizing::new))
        .transpose()
}

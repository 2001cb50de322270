//! Table `exchanges`. The leader is a person: sealed.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Pii, Provenance, Timestamp};
use jianyi_rpc::Page;
use time::Date;

use super::{days, only_one, undecodable};
use crate::domain::exchange::ExchangeKind;
use crate::domain::{Exchange, Origin, Recorded, Title};

macro_rules! select {
    ($cipher:expr, $tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<Exchange>", version, title as "title: Title", kind as "kind: ExchangeKind",
                      held_on as "held_on: FuzzyDate", partner,
                      partner_division as "partner_division: Division", place, sealed_leader, findings,
                      division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from exchanges "# + $tail
            $(, $arg)*
        )
        .try_map(|row| Ok(Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: Exchange {
                title: row.title,
                kind: row.kind,
                held_on: row.held_on,
                partner: row.partner,
                partner_division: row.partner_division,
                place: row.place,
                leader: open_leader($cipher, row.id, row.sealed_leader.as_deref()).map_err(undecodable)?,
                findings: row.findings,
                origin: Origin { division: row.division, provenance: Provenance { sources: row.sources, locations: row.locations } },
            },
        }))
    };
}

/// Inserts a record.
///
/// # Errors
/// [`Fault::Exists`] when the fact is on record.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Recorded<Exchange>,
    cipher: &FieldCipher,
) -> Result<(), Fault> {
    let fact = &new.fact;
    let (first_day, last_day) = days(&fact.held_on);
    let kept = sqlx::query_scalar!(
        r#"insert into exchanges
               (id, title, title_key, kind, held_on, held_key, first_day, last_day, partner,
                partner_division, place, sealed_leader, findings, division, sources, locations,
                created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
           on conflict (kind, title_key, held_key) do update set version = exchanges.version
           returning id as "id: Id<Exchange>""#,
        new.id.as_uuid(),
        fact.title.as_str(),
        fact.title.key(),
        fact.kind as _,
        &fact.held_on as _,
        fact.held_on.canonical(),
        first_day,
        last_day,
        fact.partner,
        fact.partner_division.as_ref().map(Division::as_str),
        fact.place,
        seal_leader(cipher, new.id, fact.leader.as_ref())?,
        fact.findings,
        fact.origin.division.as_str(),
        &fact.origin.provenance.sources,
        &fact.origin.provenance.locations,
        new.created_at as _,
    )
    .fetch_one(conn)
    .await?;
    only_one(new.id, kept)
}

/// Reads a record.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<Exchange>,
    cipher: &FieldCipher,
) -> Result<Recorded<Exchange>, Fault> {
    select!(cipher, "where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One page of those that fit the filters.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
    cipher: &FieldCipher,
    year: Option<(Date, Date)>,
    kind: Option<ExchangeKind>,
) -> Result<Vec<Recorded<Exchange>>, Fault> {
    let (from, to) = year.unzip();
    Ok(select!(
        cipher,
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2))
           and ($4::date is null or (first_day <= $5 and last_day >= $4))
           and ($6::text is null or kind = $6)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        from,
        to,
        kind as _
    )
    .fetch_all(conn)
    .await?)
}

fn place(id: Id<Exchange>) -> String {
    format!("exchanges/{id}/leader")
}

fn seal_leader(
    cipher: &FieldCipher,
    id: Id<Exchange>,
    leader: Option<&Pii<String>>,
) -> Result<Option<Vec<u8>>, Fault> {
    leader
        .map(|leader| cipher.seal(&place(id), leader.expose("seal").as_bytes()))
        .transpose()
}

fn open_leader(
    cipher: &FieldCipher,
    id: Id<Exchange>,
    sealed: Option<&[u8]>,
) -> Result<Option<Pii<String>>, Fault> {
    sealed
        .map(|sealed| cipher.open_text(&place(id), sealed).map(Pii::new))
        .transpose()
}

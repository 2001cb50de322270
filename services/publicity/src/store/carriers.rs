//! Tables `carriers` and `carrier_inspections`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_rpc::Page;
use time::Date;

use super::only_one;
use crate::domain::carrier::CarrierKind;
use crate::domain::inspection::{Inspection, Inspections};
use crate::domain::{Carrier, Origin, Recorded, Title};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<Carrier>", version, title as "title: Title", kind as "kind: CarrierKind",
                      place, quantity as "quantity: Count", installed_on as "installed_on: FuzzyDate",
                      due_from, last_inspected_on, division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from carriers "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: Carrier {
                title: row.title,
                kind: row.kind,
                place: row.place,
                quantity: row.quantity,
                installed_on: row.installed_on,
                inspections: Inspections { last: row.last_inspected_on, due_from: row.due_from },
                origin: Origin { division: row.division, provenance: Provenance { sources: row.sources, locations: row.locations } },
            },
        })
    };
}

/// Inserts a record.
///
/// # Errors
/// [`Fault::Exists`] when the fact is on record.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Recorded<Carrier>) -> Result<(), Fault> {
    let fact = &new.fact;
    let kept = sqlx::query_scalar!(
        r#"insert into carriers
               (id, kind, title, title_key, place, quantity, installed_on, due_from, division,
                sources, locations, created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (kind, title_key, division) do update set version = carriers.version
           returning id as "id: Id<Carrier>""#,
        new.id.as_uuid(),
        fact.kind as _,
        fact.title.as_str(),
        fact.title.key(),
        fact.place,
        fact.quantity as _,
        &fact.installed_on as _,
        fact.inspections.due_from,
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
    id: Id<Carrier>,
) -> Result<Recorded<Carrier>, Fault> {
    select!("where id = $1", id.as_uuid())
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
    due_before: Option<Date>,
) -> Result<Vec<Recorded<Carrier>>, Fault> {
    Ok(select!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2))
           and ($4::date is null or due_from < $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        due_before
    )
    .fetch_all(conn)
    .await?)
}

/// Reads a record and keeps others from changing it until the unit of work ends.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: Id<Carrier>,
) -> Result<Recorded<Carrier>, Fault> {
    select!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Writes what is known about the inspections of a locked record, and the inspection itself.
///
/// # Errors
/// [`Fault::Exists`] when it was inspected on that day before.
pub(crate) async fn save_inspection(
    conn: &mut PgConnection,
    carrier: &Recorded<Carrier>,
    inspection: &Inspection,
    now: Timestamp,
) -> Result<(), Fault> {
    let kept = sqlx::query!(
        "insert into carrier_inspections (id, carrier, inspected_on, finding, created_at)
         values ($1, $2, $3, $4, $5) on conflict (carrier, inspected_on) do nothing",
        inspection.id,
        carrier.id.as_uuid(),
        inspection.on,
        inspection.finding,
        now as _,
    )
    .execute(&mut *conn)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Fault::Exists(carrier.name()));
    }
    let known = carrier.fact.inspections;
    sqlx::query!(
        "update carriers set last_inspected_on = $2, due_from = $3, version = $4, updated_at = $5 where id = $1",
        carrier.id.as_uuid(),
        known.last,
        known.due_from,
        carrier.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

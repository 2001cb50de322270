//! Tables `venues` and `venue_inspections`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_rpc::Page;
use time::Date;

use super::only_one;
use crate::domain::inspection::{Inspection, Inspections};
use crate::domain::{Origin, Recorded, Title, Venue};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<Venue>", version, title as "title: Title", partner,
                      opened_on as "opened_on: FuzzyDate", due_from, last_inspected_on,
                      division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from venues "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: Venue {
                title: row.title,
                partner: row.partner,
                opened_on: row.opened_on,
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
pub(crate) async fn insert(conn: &mut PgConnection, new: &Recorded<Venue>) -> Result<(), Fault> {
    let fact = &new.fact;
    let kept = sqlx::query_scalar!(
        r#"insert into venues
               (id, title, title_key, partner, opened_on, due_from, division, sources, locations,
                created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (title_key, division) do update set version = venues.version
           returning id as "id: Id<Venue>""#,
        new.id.as_uuid(),
        fact.title.as_str(),
        fact.title.key(),
        fact.partner,
        &fact.opened_on as _,
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
pub(crate) async fn get(conn: &mut PgConnection, id: Id<Venue>) -> Result<Recorded<Venue>, Fault> {
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
) -> Result<Vec<Recorded<Venue>>, Fault> {
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
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<Venue>) -> Result<Recorded<Venue>, Fault> {
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
    venue: &Recorded<Venue>,
    inspection: &Inspection,
    now: Timestamp,
) -> Result<(), Fault> {
    let kept = sqlx::query!(
        "insert into venue_inspections (id, venue, inspected_on, finding, created_at)
         values ($1, $2, $3, $4, $5) on conflict (venue, inspected_on) do nothing",
        inspection.id,
        venue.id.as_uuid(),
        inspection.on,
        inspection.finding,
        now as _,
    )
    .execute(&mut *conn)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Fault::Exists(venue.name()));
    }
    let known = venue.fact.inspections;
    sqlx::query!(
        "update venues set last_inspected_on = $2, due_from = $3, version = $4, updated_at = $5 where id = $1",
        venue.id.as_uuid(),
        known.last,
        known.due_from,
        venue.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

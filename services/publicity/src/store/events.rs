//! Table `events`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_rpc::Page;
use sqlx::types::Json;
use time::Date;

use super::{days, only_one};
use crate::domain::event::{EventKind, EventState, Site};
use crate::domain::{Event, Origin, Recorded, Title};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<Event>", version, title as "title: Title", kind as "kind: EventKind",
                      held_on as "held_on: FuzzyDate", place, participants as "participants: Count",
                      sites as "sites: Json<Vec<Site>>", organisers, state as "state: EventState",
                      division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from events "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: Event {
                title: row.title,
                kind: row.kind,
                held_on: row.held_on,
                place: row.place,
                participants: row.participants,
                sites: row.sites.0,
                organisers: row.organisers,
                state: row.state,
                origin: Origin { division: row.division, provenance: Provenance { sources: row.sources, locations: row.locations } },
            },
        })
    };
}

/// Inserts a record.
///
/// # Errors
/// [`Fault::Exists`] when the fact is on record.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Recorded<Event>) -> Result<(), Fault> {
    let fact = &new.fact;
    let (first_day, last_day) = days(&fact.held_on);
    let kept = sqlx::query_scalar!(
        r#"insert into events
               (id, title, title_key, kind, held_on, held_key, first_day, last_day, place,
                participants, sites, organisers, state, division, sources, locations, created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
           on conflict (kind, title_key, held_key, division) do update set version = events.version
           returning id as "id: Id<Event>""#,
        new.id.as_uuid(),
        fact.title.as_str(),
        fact.title.key(),
        fact.kind as _,
        &fact.held_on as _,
        fact.held_on.canonical(),
        first_day,
        last_day,
        fact.place,
        fact.participants as _,
        Json(&fact.sites) as _,
        fact.organisers,
        fact.state as _,
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
pub(crate) async fn get(conn: &mut PgConnection, id: Id<Event>) -> Result<Recorded<Event>, Fault> {
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
    year: Option<(Date, Date)>,
    kind: Option<EventKind>,
) -> Result<Vec<Recorded<Event>>, Fault> {
    let (from, to) = year.unzip();
    Ok(select!(
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

/// Reads a record and keeps others from changing it until the unit of work ends.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<Event>) -> Result<Recorded<Event>, Fault> {
    select!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Writes the state of a locked record.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn save(
    conn: &mut PgConnection,
    event: &Recorded<Event>,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update events set state = $2, version = $3, updated_at = $4 where id = $1",
        event.id.as_uuid(),
        event.fact.state as _,
        event.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

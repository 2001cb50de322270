//! Tables `bus_lines` and `bus_line_numbers`.

use std::collections::HashMap;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_rpc::Page;
use time::Date;
use uuid::Uuid;

use super::{days, only_one};
use crate::domain::bus_line::LineNumber;
use crate::domain::{BusLine, Origin, Recorded};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select l.id as "id: Id<BusLine>", l.version, l.operator, n.line_no,
                      l.from_on as "from_on: FuzzyDate", l.to_on as "to_on: FuzzyDate", l.vehicles,
                      l.division as "division: Division", l.sources, l.locations,
                      l.created_at as "created_at: Timestamp"
               from bus_lines l join bus_line_numbers n on n.bus_line = l.id and n.position = 0 "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: BusLine {
                operator: row.operator,
                first: LineNumber { line_no: row.line_no, from_on: row.from_on },
                later: Vec::new(),
                to_on: row.to_on,
                vehicles: row.vehicles,
                origin: Origin {
                    division: row.division,
                    provenance: Provenance { sources: row.sources, locations: row.locations },
                },
            },
        })
    };
}

/// Inserts a line with its first number.
///
/// # Errors
/// [`Fault::Exists`] when a line bears, or bore, this number from this date.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    number: Uuid,
    new: &Recorded<BusLine>,
) -> Result<(), Fault> {
    let fact = &new.fact;
    let (first_day, _) = days(&fact.first.from_on);
    let (_, last_day) = days(&fact.to_on);
    sqlx::query!(
        "insert into bus_lines
             (id, operator, from_on, to_on, first_day, last_day, vehicles, division, sources, locations, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id.as_uuid(),
        fact.operator,
        &fact.first.from_on as _,
        &fact.to_on as _,
        first_day,
        last_day,
        &fact.vehicles,
        fact.origin.division.as_str(),
        &fact.origin.provenance.sources,
        &fact.origin.provenance.locations,
        new.created_at as _,
    )
    .execute(&mut *conn)
    .await?;
    insert_number(conn, number, new, new.created_at).await
}

/// Adds the number a line bears now to its history.
///
/// # Errors
/// [`Fault::Exists`] when another line bears, or bore, this number from this date.
pub(crate) async fn insert_number(
    conn: &mut PgConnection,
    id: Uuid,
    line: &Recorded<BusLine>,
    now: Timestamp,
) -> Result<(), Fault> {
    let number = line.fact.current();
    let kept = sqlx::query_scalar!(
        r#"insert into bus_line_numbers
               (id, bus_line, position, line_no, from_on, from_key, division, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (line_no, division, from_key) do update set version = bus_line_numbers.version
           returning bus_line as "bus_line: Id<BusLine>""#,
        id,
        line.id.as_uuid(),
        i32::try_from(line.fact.later.len()).unwrap_or(i32::MAX),
        number.line_no,
        &number.from_on as _,
        number.from_on.canonical(),
        line.fact.origin.division.as_str(),
        now as _,
    )
    .fetch_one(conn)
    .await?;
    only_one(line.id, kept)
}

/// Writes the end and the version of a locked line.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn save(
    conn: &mut PgConnection,
    line: &Recorded<BusLine>,
    now: Timestamp,
) -> Result<(), Fault> {
    let (_, last_day) = days(&line.fact.to_on);
    sqlx::query!(
        "update bus_lines set to_on = $2, last_day = $3, version = $4, updated_at = $5 where id = $1",
        line.id.as_uuid(),
        &line.fact.to_on as _,
        last_day,
        line.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads a line.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<BusLine>,
) -> Result<Recorded<BusLine>, Fault> {
    let line = select!("where l.id = $1", id.as_uuid())
        .fetch_optional(&mut *conn)
        .await?;
    with_history(conn, line.into_iter().collect())
        .await?
        .pop()
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Reads a line and keeps others from changing it until the unit of work ends.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: Id<BusLine>,
) -> Result<Recorded<BusLine>, Fault> {
    let line = select!("where l.id = $1 for update of l", id.as_uuid())
        .fetch_optional(&mut *conn)
        .await?;
    with_history(conn, line.into_iter().collect())
        .await?
        .pop()
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One page of those that run on a day, or of all.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
    active_on: Option<Date>,
) -> Result<Vec<Recorded<BusLine>>, Fault> {
    let lines = select!(
        "where ($1::timestamptz is null or (l.created_at, l.id) > ($1, $2))
           and ($4::date is null or (l.first_day <= $4 and (l.last_day is null or l.last_day >= $4)))
         order by l.created_at, l.id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        active_on
    )
    .fetch_all(&mut *conn)
    .await?;
    with_history(conn, lines).await
}

/// Adds the numbers that lines got later.
async fn with_history(
    conn: &mut PgConnection,
    mut lines: Vec<Recorded<BusLine>>,
) -> Result<Vec<Recorded<BusLine>>, Fault> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"select bus_line, line_no, from_on as "from_on: FuzzyDate"
           from bus_line_numbers where bus_line = any($1) and position > 0 order by bus_line, position"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let mut later: HashMap<Uuid, Vec<LineNumber>> = HashMap::new();
    for row in rows {
        let number = LineNumber {
            line_no: row.line_no,
            from_on: row.from_on,
        };
        later.entry(row.bus_line).or_default().push(number);
    }
    for line in &mut lines {
        line.fact.later = later.remove(&line.id.as_uuid()).unwrap_or_default();
    }
    Ok(lines)
}

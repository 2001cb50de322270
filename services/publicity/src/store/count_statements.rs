//! Table `count_statements`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_rpc::Page;

use crate::domain::count_statement::Subject;
use crate::domain::{CountStatement, Origin, Recorded};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<CountStatement>", version, subject as "subject: Subject",
                      count as "count: Count", unit, as_of as "as_of: FuzzyDate",
                      division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from count_statements "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: CountStatement {
                subject: row.subject,
                count: row.count,
                unit: row.unit,
                as_of: row.as_of,
                origin: Origin {
                    division: row.division,
                    provenance: Provenance { sources: row.sources, locations: row.locations },
                },
            },
        })
    };
}

/// Inserts a statement, or hands out the id of the one that has the same key: whether the two agree
/// is for the domain to say.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Recorded<CountStatement>,
) -> Result<Id<CountStatement>, Fault> {
    let fact = &new.fact;
    Ok(sqlx::query_scalar!(
        r#"insert into count_statements
               (id, subject, count, unit, as_of, as_of_key, division, sources, source_key, locations, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
           on conflict (subject, division, as_of_key, source_key) do update set version = count_statements.version
           returning id as "id: Id<CountStatement>""#,
        new.id.as_uuid(),
        fact.subject.as_str(),
        fact.count as _,
        fact.unit,
        &fact.as_of as _,
        fact.as_of.canonical(),
        fact.origin.division.as_str(),
        &fact.origin.provenance.sources,
        &fact.source_key(),
        &fact.origin.provenance.locations,
        new.created_at as _,
    )
    .fetch_one(conn)
    .await?)
}

/// Reads a statement.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<CountStatement>,
) -> Result<Recorded<CountStatement>, Fault> {
    select!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One page of those that fit the filter.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
    subject: Option<&str>,
) -> Result<Vec<Recorded<CountStatement>>, Fault> {
    Ok(select!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::text is null or subject = $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        subject
    )
    .fetch_all(conn)
    .await?)
}

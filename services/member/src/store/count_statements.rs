//! Table `count_statements`: what sources state as totals.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Provenance, Timestamp};

use super::Window;
use crate::domain::count_statement::{CountStatement, CountStatementId, Profile, Subject};

/// A row.
struct Row {
    id: CountStatementId,
    version: i64,
    created_at: Timestamp,
    subject: String,
    division: Division,
    as_of: FuzzyDate,
    count: Count,
    unit: String,
    sources: Vec<String>,
    locations: Vec<String>,
}

impl Row {
    fn assemble(self) -> Result<CountStatement, Fault> {
        let profile = Profile {
            subject: Subject::parse("subject", &self.subject)?,
            division: self.division,
            count: self.count,
            unit: self.unit,
            as_of: self.as_of,
            provenance: Provenance {
                sources: self.sources,
                locations: self.locations,
            },
        };
        Ok(CountStatement {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            profile,
        })
    }
}

/// A statement.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: CountStatementId,
) -> Result<Option<CountStatement>, Fault> {
    sqlx::query_as!(
        Row,
        r#"select id as "id: CountStatementId", version, created_at as "created_at: Timestamp", subject,
                  division as "division: Division", as_of as "as_of: FuzzyDate", count as "count: Count", unit,
                  sources, locations
           from count_statements where id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(Row::assemble)
    .transpose()
}

/// Statements in the order of entry.
pub(crate) async fn list(
    conn: &mut PgConnection,
    subject: Option<&str>,
    window: Window,
) -> Result<Vec<CountStatement>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: CountStatementId", version, created_at as "created_at: Timestamp", subject,
                  division as "division: Division", as_of as "as_of: FuzzyDate", count as "count: Count", unit,
                  sources, locations
           from count_statements
           where ($1::text is null or subject = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3::uuid))
           order by created_at, id limit $4"#,
        subject,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::assemble).collect()
}

/// The statement of the same sources about the same thing, place and time.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    profile: &Profile,
) -> Result<Option<CountStatementId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: CountStatementId" from count_statements
           where subject = $1 and division = $2 and as_of_key = $3 and sources_key = $4"#,
        profile.subject.as_str(),
        &profile.division as _,
        profile.as_of.canonical(),
        profile.sources_key()
    )
    .fetch_optional(conn)
    .await?)
}

/// Adds a statement; `false` when one with its natural key is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    statement: &CountStatement,
) -> Result<bool, Fault> {
    let profile = &statement.profile;
    let done = sqlx::query!(
        "insert into count_statements (id, version, created_at, subject, division, as_of, as_of_key, sources_key,
             count, unit, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing",
        statement.id.as_uuid(),
        statement.version,
        statement.created_at as _,
        profile.subject.as_str(),
        &profile.division as _,
        &profile.as_of as _,
        profile.as_of.canonical(),
        profile.sources_key(),
        &profile.count as _,
        profile.unit,
        &profile.provenance.sources,
        &profile.provenance.locations
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

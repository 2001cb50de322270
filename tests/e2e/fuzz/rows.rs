//! What every business table holds: what a refused call must leave alone.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// Tables around the business: a call may leave its mark there whatever becomes of it, and some of them change on
/// their own.
const PLATFORM: [&str; 15] = [
    "outbox",
    // What the outbox forgets is counted.
    "outbox_said",
    // Every answer that leaves a county, also to whoever asks how it is.
    "egress",
    "egress_shapes",
    "inbox",
    "idempotency",
    "audit",
    "audit_unsealed",
    "audit_leaves",
    "audit_heads",
    "witnessed_heads",
    // Nonces of assertions, so that none is taken twice.
    "assertions",
    "dead_letter",
    "_sqlx_migrations",
    // It counts what was refused.
    "login_attempts",
];

/// Rows and a digest of their contents, by database and table.
pub(crate) type Held = BTreeMap<String, (i64, String)>;

/// A database and one question that counts and digests all its business tables.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Whose database it is.
    pub(crate) instance: String,
    /// All its tables, those of the platform as well.
    pub(crate) tables: Vec<String>,
    connection: PgConnection,
    question: String,
}

impl Rows {
    pub(crate) async fn of(instance: &str, url: &str) -> Self {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "select table_name::text from information_schema.tables
             where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let parts: Vec<String> = tables
            .iter()
            .filter(|table| !PLATFORM.contains(&table.as_str()) && !table.starts_with("_jianyi"))
            // The sum does not depend on the order of rows, and sees a change of any column.
            .map(|table| {
                format!(
                    "select '{table}' as t, count(*) as n,
                            coalesce(sum(hashtextextended(r::text, 0)), 0)::text as d from \"{table}\" r"
                )
            })
            .collect();
        assert!(!parts.is_empty(), "{instance} has no tables");
        Self {
            instance: instance.to_owned(),
            tables,
            connection,
            question: parts.join(" union all "),
        }
    }

    pub(crate) async fn look(&mut self) -> Held {
        let rows: Vec<(String, i64, String)> = sqlx::query_as(AssertSqlSafe(self.question.clone()))
            .fetch_all(&mut self.connection)
            .await
            .unwrap();
        rows.into_iter()
            .map(|(table, n, digest)| (format!("{}:{table}", self.instance), (n, digest)))
            .collect()
    }
}

/// What two looks differ in.
pub(crate) fn changed(before: &Held, after: &Held) -> Vec<String> {
    after
        .iter()
        .filter(|(table, held)| before.get(*table) != Some(held))
        .map(|(table, (n, _))| match before.get(table) {
            Some((before, _)) => format!("{table} from {before} rows to {n}"),
            None => format!("{table} is new"),
        })
        .collect()
}

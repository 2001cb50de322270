//! How many rows every business table has: what a refused call must leave alone.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// Tables around the business: a call may leave its mark there whatever becomes of it.
const PLATFORM: [&str; 12] = [
    "outbox",
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

/// A database and one question that counts all its business tables.
#[derive(Debug)]
pub(crate) struct Rows {
    connection: PgConnection,
    question: String,
}

impl Rows {
    pub(crate) async fn of(url: &str) -> Self {
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
            .map(|table| format!("select '{table}' as t, count(*) as n from \"{table}\""))
            .collect();
        Self {
            connection,
            question: parts.join(" union all "),
        }
    }

    pub(crate) async fn count(&mut self) -> BTreeMap<String, i64> {
        let rows: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(self.question.clone()))
            .fetch_all(&mut self.connection)
            .await
            .unwrap();
        rows.into_iter().collect()
    }
}

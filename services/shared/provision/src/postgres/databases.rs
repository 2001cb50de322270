//! Creates missing databases; over SQL, so that it works the same for a given server.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder};

use crate::error::{Error, Result};

/// `maintenance` is the address of the database `postgres`; where a given server has none,
/// the database of the given URL serves.
pub(super) async fn ensure(maintenance: &str, given: Option<&str>, names: &[&str]) -> Result<()> {
    let refused = |why: String| Error::Database {
        what: "create databases".to_owned(),
        why,
    };
    let mut connection = match connect(maintenance).await {
        Ok(connection) => connection,
        Err(error) => match given {
            Some(url) => connect(url).await.map_err(|e| refused(e.to_string()))?,
            None => return Err(refused(error.to_string())),
        },
    };
    for name in names {
        create(&mut connection, name).await?;
    }
    PgConnection::close(connection)
        .await
        .map_err(|e| refused(e.to_string()))
}

async fn connect(url: &str) -> sqlx::Result<PgConnection> {
    PgConnectOptions::from_str(url)?.connect().await
}

async fn create(connection: &mut PgConnection, name: &str) -> Result<()> {
    let refused = |why: String| Error::Database {
        what: format!("create the database {name}"),
        why,
    };
    // CREATE DATABASE takes no parameters, so the name must be harmless as text.
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 63 || !name.chars().all(plain) {
        return Err(refused(
            "its name may have lower-case letters, digits and _ only".to_owned(),
        ));
    }
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut *connection)
            .await
            .map_err(|e| refused(e.to_string()))?;
    if exists {
        return Ok(());
    }
    let mut create = QueryBuilder::new("create database \"");
    create.push(name).push("\"");
    match create.build().persistent(false).execute(connection).await {
        Ok(_) => Ok(()),
        // Two instances asked at once; either code, depending on who noticed.
        Err(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("42P04" | "23505")) => {
            Ok(())
        }
        Err(error) => Err(refused(error.to_string())),
    }
}

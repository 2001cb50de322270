//! A given database URL: is it usable, and how does it read for another database.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::timeout;

use crate::error::{Error, Result};

use super::binaries::OLDEST;

/// Connects once and returns the port. Nothing of the URL but host and port reaches a message: it holds a password.
pub(super) async fn check(url: &str) -> Result<u16> {
    let parsed = PgConnectOptions::from_str(url).map_err(|_| Error::Unreachable {
        what: "PostgreSQL",
        at: "the given URL".to_owned(),
        why: "it is not of the form postgres://user:password@host:port/database".to_owned(),
    })?;
    let refused = |why: String| Error::Unreachable {
        what: "PostgreSQL",
        at: format!("{}:{}", parsed.get_host(), parsed.get_port()),
        why,
    };
    let asked = async {
        let mut connection = parsed.connect().await?;
        let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int")
            .fetch_one(&mut connection)
            .await?;
        PgConnection::close(connection).await?;
        Ok::<_, sqlx::Error>(version)
    };
    match timeout(Duration::from_secs(10), asked).await {
        Err(_) => Err(refused("no answer in 10 s".to_owned())),
        Ok(Err(error)) => Err(refused(error.to_string())),
        Ok(Ok(version)) if u32::try_from(version).is_ok_and(|v| v >= OLDEST * 10_000) => {
            Ok(parsed.get_port())
        }
        Ok(Ok(_)) => Err(refused(format!("it is older than version {OLDEST}"))),
    }
}

/// Swaps the database name and keeps everything else as it was given.
pub(super) fn with_database(url: &str, database: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(b, q)| (b, Some(q)));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let end = base
        .char_indices()
        .find(|(at, c)| *at >= authority && *c == '/')
        .map_or(base.len(), |(at, _)| at);
    let head = base.split_at(end).0;
    // `dbname` in the query would win over the path.
    let kept: Vec<&str> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.is_empty() && !pair.starts_with("dbname="))
        .collect();
    if kept.is_empty() {
        format!("{head}/{database}")
    } else {
        format!("{head}/{database}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_name_changes() {
        for (given, expected) in [
            ("postgres://u:p@h:5433/old", "postgres://u:p@h:5433/new"),
            ("postgres://u:p@h", "postgres://u:p@h/new"),
            (
                "postgres://u@h/old?sslmode=require",
                "postgres://u@h/new?sslmode=require",
            ),
            (
                "postgres:///old?host=/run/pg&dbname=x",
                "postgres:///new?host=/run/pg",
            ),
        ] {
            assert_eq!(with_database(given, "new"), expected);
        }
    }
}

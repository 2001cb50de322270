//! Looks for personal data where none may be: in every database, every stream and every log line.
//!
//! Bytes are looked at as bytes. A number counts when nothing alphanumeric touches it, so that ids and
//! hashes, which have digits in them, are not taken for one; an identity number must have the right check
//! digit.

use std::path::Path;

use async_nats::jetstream::{self, stream};
use futures::StreamExt as _;
use futures::TryStreamExt as _;
use jianyi_kernel::Clock;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::System;

/// Names that stories give to people. Whoever invents another adds it here.
pub const PLANTED_NAMES: [&str; 3] = ["欧阳见证", "司徒隐之", "上官密行"];

/// What was found, and where; empty when all is well.
#[must_use]
pub fn leaks(place: &str, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for name in PLANTED_NAMES {
        if contains(bytes, name.as_bytes()) {
            found.push(format!("{place}: the name {name}"));
        }
    }
    for run in digit_runs(bytes) {
        if is_citizen_id(run) {
            found.push(format!("{place}: an identity number"));
        } else if is_mobile(run) {
            found.push(format!("{place}: a mobile number"));
        }
    }
    found.truncate(20);
    found
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Words of digits (and a last X) that no other letter or digit touches.
fn digit_runs(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|b| !b.is_ascii_alphanumeric())
        .filter(|word| matches!(word.len(), 11 | 18))
        .filter_map(|word| std::str::from_utf8(word).ok())
        .filter(|word| {
            word.trim_end_matches(['X', 'x'])
                .bytes()
                .all(|b| b.is_ascii_digit())
        })
}

fn is_citizen_id(word: &str) -> bool {
    word.len() == 18
        && jianyi_kernel::CitizenId::parse("scan", word, Clock::system().today()).is_ok()
}

fn is_mobile(word: &str) -> bool {
    word.len() == 11
        && word.starts_with('1')
        && word
            .as_bytes()
            .get(1)
            .is_some_and(|b| (b'3'..=b'9').contains(b))
}

/// Everything that a running system keeps, as its superuser and the broker's owner see it.
///
/// # Errors
/// When a database or the broker cannot be read.
pub async fn scan(system: &System) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    // The gateway has no database.
    let services = system.world.names();
    for service in services.into_iter().filter(|name| name != "gateway") {
        if let Some(url) = system.world.database_url(&service) {
            found.extend(database(&service, &url).await?);
        }
    }
    found.extend(streams(system).await?);
    for folder in [system.data_dir().into(), system.data_dir().join("logs")] {
        found.extend(log_files(&folder)?);
    }
    found.extend(leaks("logs", &jianyi_testkit::take_logs()));
    Ok(found)
}

async fn database(service: &str, url: &str) -> anyhow::Result<Vec<String>> {
    let mut conn = PgConnection::connect(url).await?;
    let columns = sqlx::query(
        "select table_name::text, column_name::text, data_type::text from information_schema.columns
         where table_schema = 'public' order by 1, 2",
    )
    .fetch_all(&mut conn)
    .await?;
    let mut found = Vec::new();
    for column in columns {
        let (table, column, kind): (String, String, String) =
            (column.get(0), column.get(1), column.get(2));
        let value = if kind == "bytea" {
            format!("\"{column}\"")
        } else {
            format!("convert_to(\"{column}\"::text, 'UTF8')")
        };
        let query = format!("select {value} from \"{table}\" where \"{column}\" is not null");
        let mut rows = sqlx::query_scalar::<_, Vec<u8>>(AssertSqlSafe(query)).fetch(&mut conn);
        while let Some(bytes) = rows.try_next().await? {
            found.extend(leaks(&format!("{service} {table}.{column}"), &bytes));
        }
    }
    Ok(found)
}

async fn streams(system: &System) -> anyhow::Result<Vec<String>> {
    let (user, password) = system.world.nats_login().unwrap_or_default();
    let client = async_nats::ConnectOptions::with_user_and_password(user.into(), password.into())
        .connect(system.world.addresses().nats.clone())
        .await?;
    let jetstream = jetstream::new(client);
    let names: Vec<String> = jetstream.stream_names().try_collect().await?;
    let mut found = Vec::new();
    for name in names {
        let mut stream = jetstream.get_stream(&name).await?;
        let state = stream.info().await?.state.clone();
        let all = futures::stream::iter(state.first_sequence.max(1)..=state.last_sequence)
            .map(|sequence| message(&stream, sequence))
            .buffered(64);
        let all: Vec<Vec<u8>> = all.try_collect().await?;
        for bytes in all {
            found.extend(leaks(&format!("stream {name}"), &bytes));
        }
    }
    Ok(found)
}

/// Subject, headers and payload of one message; nothing where one was deleted.
async fn message(stream: &stream::Stream, sequence: u64) -> anyhow::Result<Vec<u8>> {
    match stream.get_raw_message(sequence).await {
        Ok(message) => {
            let headers = format!("{} {:?} ", message.subject, message.headers);
            Ok([headers.as_bytes(), &message.payload].concat())
        }
        Err(error) if error.kind() == stream::RawMessageErrorKind::NoMessageFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn log_files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|it| it == "log") {
            found.extend(leaks(&path.display().to_string(), &std::fs::read(&path)?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v135_the_scan_finds_what_is_planted() {
        assert_eq!(leaks("x", "person 欧阳见证 here".as_bytes()).len(), 1);
        assert_eq!(leaks("x", b"id=41061119900101018X,").len(), 1);
        assert_eq!(leaks("x", "电话13800005678转".as_bytes()).len(), 1);
        assert_eq!(leaks("x", b"\x01\x0213800005678\x00").len(), 1);
        assert_eq!(leaks("x", b"tel:13800005678;").len(), 1);
    }

    #[test]
    fn ids_hashes_and_sequences_are_no_numbers_of_people() {
        for harmless in [
            "01981234-5678-7abc-8def-138000056781",
            "a13800005678",
            "410611199001010180",
            "1735603200000000",
            "23800005678",
        ] {
            assert!(leaks("x", harmless.as_bytes()).is_empty(), "{harmless}");
        }
    }
}

//! A backup onto an empty site, and what makes it fit into a world that has gone on meanwhile.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jianyi_bus::{Bus, BusConfig, StreamImage};
use jianyi_kernel::{Fault, Timestamp};
use jianyi_provision::{Options, client_tools};
use sqlx::{Connection as _, PgConnection};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::archive::{self, Met};
use crate::manifest::{Manifest, StreamPart};
use crate::postgres::Restoring;
use crate::{BackupError, Database, Passphrase, Result, cut};

/// What is said after a restore counts as newer than anything that was said before it and forgotten.
const VERSION_GAP: i64 = 1_000_000;
/// Others may remember sequences that the restored stream does not: it goes on behind a gap as long as its whole
/// history, within these bounds. The shortest is more than a county says on the day of an import.
const SHORTEST_GAP: u64 = 200_000;
const LONGEST_GAP: u64 = 1_000_000;
/// Longer than an outbox keeps what was published, and what clocks differ by.
const TAIL: time::Duration = time::Duration::minutes(30);
/// The same table as the platform's migration makes.
const RESTORATIONS: &str = include_str!("../../db/migrations/0010_restorations.sql");
const APPLICATION: &str = "do $$ begin
    if not exists (select from pg_roles where rolname = 'jianyi_app') then
        create role jianyi_app nologin;
    end if;
exception when duplicate_object or unique_violation then null;
end $$";

/// Files by their path below the site's folder.
pub type Kept = Vec<(PathBuf, Vec<u8>)>;

/// Where a backup is to go.
#[derive(Debug, Clone)]
pub struct Target {
    /// Existing, empty databases; those that the backup has and this does not are an error.
    pub databases: Vec<Database>,
    /// A bus without streams of Jianyi.
    pub bus: BusConfig,
    /// Where the tools of Postgres come from.
    pub tools: Options,
    /// Empties what is not empty instead of refusing.
    pub overwrite: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What was restored.
    pub manifest: Manifest,
    /// Events that no stream had and that will be published again.
    pub requeued: u64,
    /// Where each stream goes on.
    pub next_sequences: BTreeMap<String, u64>,
}

/// Reads the keys and certificates of a backup, after verifying all of it.
///
/// # Errors
/// As [`crate::verify`].
pub fn files(path: &Path, passphrase: &Passphrase) -> Result<(Manifest, Kept)> {
    let mut files = Kept::new();
    let mut inside = false;
    let manifest = archive::read(path, passphrase, |met| {
        match met {
            Met::Begin(name) => {
                let file = name.strip_prefix("files/");
                inside = file.is_some();
                files.extend(file.map(|file| (PathBuf::from(file), Vec::new())));
            }
            Met::Piece(data) if inside => {
                if let Some((_, content)) = files.last_mut() {
                    content.extend_from_slice(data);
                }
            }
            Met::Piece(_) | Met::End => {}
        }
        Ok(())
    })?;
    let below = |path: &Path| {
        path.components()
            .all(|part| matches!(part, std::path::Component::Normal(_)))
    };
    if files.iter().all(|(path, _)| below(path)) {
        return Ok((manifest, files));
    }
    Err(BackupError::Damaged(
        "a file leads out of its folder".into(),
    ))
}

/// Restores databases and streams. Verify the backup before; every database is restored whole or not at all.
///
/// # Errors
/// [`BackupError`]; a restore that failed is begun again with `overwrite`.
pub async fn restore(
    path: &Path,
    passphrase: &Passphrase,
    manifest: &Manifest,
    target: &Target,
    progress: impl Fn(&str),
) -> Result<Restored> {
    let bus = Bus::connect(&target.bus, "restore").await?;
    let databases: HashMap<&str, &Database> = target
        .databases
        .iter()
        .map(|database| (database.name.as_str(), database))
        .collect();
    for name in manifest.databases.keys() {
        let database = find(&databases, name)?;
        make_room(database, target.overwrite).await?;
    }
    for name in bus.stream_names().await? {
        if !target.overwrite {
            return Err(BackupError::NotEmpty(format!("stream {name}")));
        }
        bus.delete_stream(&name).await?;
    }
    apply(path, passphrase, manifest, target, &bus, &progress).await?;
    let mut next_sequences = BTreeMap::new();
    for (name, part) in &manifest.streams {
        progress(name);
        let gap = part.last_sequence.clamp(SHORTEST_GAP, LONGEST_GAP);
        let last = bus.skip_sequences(name, gap).await?;
        next_sequences.insert(name.clone(), last.saturating_add(1));
    }
    let mut requeued = 0;
    let cut_at = OffsetDateTime::parse(&manifest.cut_at, &Rfc3339)
        .map_err(|_| BackupError::Damaged("its moment cannot be read".into()))?;
    for (name, part) in &manifest.databases {
        let mut conn = cut::connect(find(&databases, name)?).await?;
        let found = cut::rows(&mut conn).await?;
        if let Some((table, _)) = part
            .rows
            .iter()
            .find(|(table, rows)| found.get(*table) != Some(rows))
        {
            return Err(BackupError::Differs(format!(
                "table {table} of {name} has another number of rows"
            )));
        }
        requeued += requeue(&mut conn, &bus, cut_at).await?;
        sqlx::raw_sql(RESTORATIONS).execute(&mut conn).await?;
        sqlx::query(
            "insert into restorations (restored_at, cut_at, version_gap) values (clock_timestamp(), $1, $2)",
        )
        .bind(cut_at)
        .bind(VERSION_GAP)
        .execute(&mut conn)
        .await?;
        conn.close().await?;
    }
    Ok(Restored {
        manifest: manifest.clone(),
        requeued,
        next_sequences,
    })
}

fn find<'a>(databases: &HashMap<&str, &'a Database>, name: &str) -> Result<&'a Database> {
    let found = databases.get(name).copied();
    found.ok_or_else(|| Fault::internal(format!("there is no database for {name} here")).into())
}

async fn make_room(database: &Database, overwrite: bool) -> Result<()> {
    let mut conn = cut::connect(database).await?;
    let tables: i64 =
        sqlx::query_scalar("select count(*) from pg_tables where schemaname = 'public'")
            .fetch_one(&mut conn)
            .await?;
    if tables > 0 {
        if !overwrite {
            return Err(BackupError::NotEmpty(format!("database {}", database.name)));
        }
        sqlx::raw_sql("drop schema public cascade; create schema public")
            .execute(&mut conn)
            .await?;
    }
    sqlx::raw_sql(APPLICATION).execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// [`Met`] on its way from the thread that decrypts.
enum Sent {
    Begin(String),
    Piece(Bytes),
    End,
}

async fn apply(
    path: &Path,
    passphrase: &Passphrase,
    manifest: &Manifest,
    target: &Target,
    bus: &Bus,
    progress: &impl Fn(&str),
) -> Result<()> {
    let (sender, mut pieces) = mpsc::channel(4);
    let (path, passphrase) = (path.to_owned(), passphrase.clone());
    let reading = tokio::task::spawn_blocking(move || {
        archive::read(&path, &passphrase, |met| {
            let sent = match met {
                Met::Begin(name) => Sent::Begin(name.to_owned()),
                Met::Piece(data) => Sent::Piece(Bytes::copy_from_slice(data)),
                Met::End => Sent::End,
            };
            let gone = |_| BackupError::Damaged("its reader went away".into());
            sender.blocking_send(sent).map_err(gone)
        })
    });
    while let Some(sent) = pieces.recv().await {
        let Sent::Begin(name) = sent else { continue };
        if let Some(name) = name.strip_prefix("databases/")
            && let Some(database) = target.databases.iter().find(|it| it.name == name)
        {
            progress(name);
            let server = server(database).await?;
            let bin = client_tools(&target.tools, server).await?;
            let mut restoring = Restoring::begin(&bin, database)?;
            while let Some(Sent::Piece(piece)) = pieces.recv().await {
                restoring.write(&piece).await;
            }
            restoring.end().await?;
        } else if let Some(name) = name.strip_prefix("streams/")
            && let Some(part) = manifest.streams.get(name)
        {
            progress(name);
            bus.restore_stream(&image(name, part), async || {
                Ok(match pieces.recv().await {
                    Some(Sent::Piece(piece)) => Some(piece),
                    Some(Sent::Begin(_) | Sent::End) | None => None,
                })
            })
            .await?;
        }
    }
    let read = reading.await.map_err(Fault::internal)??;
    if read.parts == manifest.parts {
        return Ok(());
    }
    Err(BackupError::Damaged("it changed meanwhile".into()))
}

async fn server(database: &Database) -> Result<u32> {
    let mut conn = cut::connect(database).await?;
    let server: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::int / 10000")
            .fetch_one(&mut conn)
            .await?;
    conn.close().await?;
    Ok(u32::try_from(server).unwrap_or(0))
}

fn image(name: &str, part: &StreamPart) -> StreamImage {
    StreamImage {
        name: name.to_owned(),
        config: part.config.clone(),
        state: part.state.clone(),
    }
}

/// Puts back into the queue what was published after its stream had been read.
async fn requeue(conn: &mut PgConnection, bus: &Bus, cut_at: OffsetDateTime) -> Result<u64> {
    let published: Vec<(Uuid, String)> = sqlx::query_as(
        "select event_id, split_part(subject, '.', 2) from outbox where published_at is not null",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut known: HashMap<String, HashSet<Uuid>> = HashMap::new();
    let mut lost = Vec::new();
    for (id, context) in published {
        if !known.contains_key(&context) {
            let name = format!("JY_{}", context.to_uppercase());
            let since = Timestamp::from_offset(cut_at - TAIL);
            let ids = bus.event_ids_since(&name, since).await?;
            known.insert(context.clone(), ids);
        }
        if known.get(&context).is_none_or(|ids| !ids.contains(&id)) {
            lost.push(id);
        }
    }
    // The relay publishes a fresh tail again and trusts the stream to know it; making the gap made the stream forget.
    sqlx::query("update outbox set published_at = published_at - interval '20 minutes' where published_at is not null")
        .execute(&mut *conn)
        .await?;
    let done = sqlx::query("update outbox set published_at = null where event_id = any($1)")
        .bind(&lost)
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}

//! Entries of the log: appended by units of work, listed for the audit administrator.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_kernel::{Call, Fault, Timestamp};
use jianyi_witness::{Entry, Hash, LeafKey};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Db, FieldCipher, NewEvent};

/// At most this many names of what was touched; a bulk change says how many it was in its counts.
const NAMED: usize = 32;

/// What a unit of work adds to its call.
#[derive(Debug, Default)]
pub(crate) struct NewEntry {
    pub(crate) resources: BTreeSet<String>,
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// The first event, written in the same statement: its id, itself, and the trace it belongs to.
    pub(crate) event: Option<(Uuid, NewEvent, Option<String>)>,
    /// The sealed reply to keep beside the claimed request id, written in the same statement.
    pub(crate) reply: Option<Vec<u8>>,
}

/// An entry as it lies in the table.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AuditEntry {
    /// Order of insertion; not the position in the tree.
    pub seq: i64,
    /// Its own id; absent in entries from before the log was sealed.
    pub entry_id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub caller: String,
    /// What.
    pub method: String,
    /// The client's key of the call.
    pub request_id: Option<String>,
    /// Keyed hash of the request.
    pub request_hash: Vec<u8>,
    /// The purpose that was given.
    pub purpose: Option<String>,
    /// Names of what was touched.
    pub resources: Vec<String>,
    /// Counts of the outcome, `events=1 rows=20`.
    pub outcome: String,
    /// Keyed hash that the writer made.
    pub(crate) mac: Option<Vec<u8>>,
}

impl AuditEntry {
    /// The keyed hash of the entry as it is now.
    pub(crate) fn computed(&self, key: &LeafKey) -> Hash {
        key.mac(&Entry {
            id: self.entry_id.map(Uuid::into_bytes),
            at: self.at,
            caller: &self.caller,
            method: &self.method,
            request_id: self.request_id.as_deref(),
            request_hash: &self.request_hash,
            purpose: self.purpose.as_deref(),
            resources: &self.resources,
            outcome: &self.outcome,
        })
    }

    /// The counts of the outcome.
    pub fn counts(&self) -> impl Iterator<Item = (&str, i64)> {
        self.outcome
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .filter_map(|(name, count)| Some((name, count.parse().ok()?)))
    }
}

/// Which entries to list; absent parts mean "all".
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Exactly this caller.
    pub caller: Option<String>,
    /// Methods that begin so.
    pub method_prefix: Option<String>,
    /// Touching exactly this.
    pub resource: Option<String>,
}

/// The statement that ends a unit of work: an entry and its place in the queue, with the reply that is kept for a
/// repeat and the first event when there are any. Most publish one, so that the end costs one message to the server.
macro_rules! statement {
    ($(answered $reply:literal)? $(published $at:literal)?) => {
        concat!(
            "with entry as (
                 insert into audit (at, caller, method, request_id, request_hash, entry_id, purpose, resources,
                                    outcome, mac)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning seq
             )",
            $(
                ", answered as (
                     update idempotency set sealed_reply = ", $reply, "
                     where method = $3 and caller = $2 and request_id = $4
                 )",
            )?
            $(
                ", published as (
                     insert into outbox (event_id, type, subject, resource, division, version, occurred_at,
                                         traceparent, data)
                     values ($11, $12, $13, $14, $15,
                             $16 + (select coalesce(sum(version_gap), 0)::bigint from restorations), ", $at, ",
                             $17, $18)
                 )",
            )?
            " insert into audit_unsealed select seq from entry"
        )
    };
}

/// Appends the entry of a unit of work: one statement, no lock that another writer needs.
pub(crate) async fn append(
    conn: &mut PgConnection,
    key: &LeafKey,
    id: Uuid,
    (call, at): (&Call, Timestamp),
    new: &NewEntry,
) -> Result<(), Fault> {
    let resources: Vec<String> = new.resources.iter().take(NAMED).cloned().collect();
    let outcome = new
        .counts
        .iter()
        .map(|(name, count)| format!("{name}={count}"))
        .collect::<Vec<_>>()
        .join(" ");
    let mac = key.mac(&Entry {
        id: Some(id.into_bytes()),
        at,
        caller: &call.caller.subject,
        method: &call.method,
        request_id: call.request_id.as_deref(),
        request_hash: &call.request_hash,
        purpose: call.purpose.as_deref(),
        resources: &resources,
        outcome: &outcome,
    });
    let statement = match (&new.event, &new.reply) {
        (None, None) => statement!(),
        (None, Some(_)) => statement!(answered "$11"),
        (Some(_), None) => statement!(published "$1"),
        (Some(_), Some(_)) => statement!(answered "$19" published "$1"),
    };
    let mut query = sqlx::query(statement)
        .bind(at)
        .bind(&call.caller.subject)
        .bind(&call.method)
        .bind(&call.request_id)
        .bind(call.request_hash.as_slice())
        .bind(id)
        .bind(&call.purpose)
        .bind(&resources)
        .bind(&outcome)
        .bind(mac.as_slice());
    if let Some((event_id, event, traceparent)) = &new.event {
        query = query
            .bind(event_id)
            .bind(&event.type_name)
            .bind(&event.subject)
            .bind(&event.resource)
            .bind(event.division.as_str())
            .bind(event.version)
            .bind(traceparent)
            .bind(&event.data);
    }
    if let Some(sealed) = &new.reply {
        query = query.bind(sealed);
    }
    query.execute(conn).await?;
    Ok(())
}

/// What somebody stated as their purpose may name people: it is sealed for its entry, in letters, so that
/// it is hashed and stored as any other text. Audit rows never change, so it stays with the key of its day.
pub(crate) fn seal_purpose(cipher: &FieldCipher, id: Uuid, purpose: &str) -> Result<String, Fault> {
    let sealed = cipher.seal(&purpose_of(id), purpose.as_bytes())?;
    Ok(STANDARD.encode(sealed))
}

fn purpose_of(id: Uuid) -> String {
    format!("audit/{id}/purpose")
}

impl Db {
    /// Entries, newest first, before the entry with this `seq`.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn audit_entries(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, Fault> {
        let mut conn = self.platform().await?;
        let mut entries: Vec<AuditEntry> = sqlx::query_as(
            "select seq, entry_id, at, caller, method, request_id, request_hash, purpose, resources, outcome, mac
             from audit
             where ($1::timestamptz is null or at >= $1)
               and ($2::timestamptz is null or at < $2)
               and ($3::text is null or caller = $3)
               and ($4::text is null or starts_with(method, $4))
               and ($5::text is null or $5 = any(resources))
               and ($6::bigint is null or seq < $6)
             order by seq desc limit $7",
        )
        .bind(filter.since)
        .bind(filter.until)
        .bind(&filter.caller)
        .bind(&filter.method_prefix)
        .bind(&filter.resource)
        .bind(before)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
        for entry in &mut entries {
            if let (Some(id), Some(sealed)) = (entry.entry_id, entry.purpose.take()) {
                // One that was tampered with is shown as it is; verification names it.
                let opened = STANDARD
                    .decode(&sealed)
                    .ok()
                    .and_then(|bytes| self.cipher().open_text(&purpose_of(id), &bytes).ok());
                entry.purpose = Some(opened.unwrap_or(sealed));
            }
        }
        Ok(entries)
    }
}

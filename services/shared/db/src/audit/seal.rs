//! Entries → tree: gives positions to what was committed and signs the new head.
//!
//! One sealer at a time per database. What waits lies in a queue table, because sequence values commit
//! out of order: a watermark would pass an entry by for ever.

use jianyi_kernel::{Fault, Timestamp};
use jianyi_witness::{Frontier, Head, SignedHead};
use sqlx::{Connection as _, PgConnection};

use super::entries::AuditEntry;
use crate::{Db, NewEvent, outbox};

/// Entries in one head at most; what waits beyond goes into the next.
const BATCH: i64 = 5000;

/// The newest head, as far as the next one builds on it.
pub(super) struct Last {
    pub(super) frontier: Frontier,
    signed_at: Option<Timestamp>,
}

impl Db {
    /// Resolves when a commit has left something in the audit log.
    pub async fn audit_woken(&self) {
        self.audited.notified().await;
    }

    /// Seals one batch, and commits the event that tells of its head together with it. `None` when nothing
    /// waits, or somebody else is sealing this log.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached; [`Fault::Internal`] when the newest head
    /// contradicts itself.
    pub async fn seal_audit(
        &self,
        instance: &str,
        tell: impl Fn(&SignedHead) -> NewEvent + Send,
    ) -> Result<Option<SignedHead>, Fault> {
        let mut conn = self.platform().await?;
        let mut tx = conn.begin().await?;
        let leads: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock(7274497)")
            .fetch_one(&mut *tx)
            .await?;
        if !leads {
            return Ok(None);
        }
        let waiting = take(&mut tx).await?;
        if waiting.is_empty() {
            // What led to no entry is out of the queue.
            tx.commit().await?;
            return Ok(None);
        }
        let keys = self.audit_keys(&mut tx).await?;
        let kind = keys.leaf.kind();
        let last = last(&mut tx, kind).await?;
        let mut frontier = last.frontier.clone();
        let (mut positions, mut seqs, mut leaves) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &waiting {
            let mac = entry.computed(&keys.leaf);
            // Entries from before the log was a tree have no hash of their own; they are in its first head.
            let genuine = match &entry.mac {
                Some(written) => *written == mac,
                None => last.frontier.size() == 0,
            };
            if !genuine {
                tracing::error!(
                    audit.seq = entry.seq,
                    "an audit entry is not what its writer wrote; it is not sealed"
                );
                continue;
            }
            let leaf = kind.leaf(&mac);
            positions.push(position(frontier.size())?);
            seqs.push(entry.seq);
            leaves.push(leaf.to_vec());
            frontier.push(leaf);
        }
        if seqs.is_empty() {
            tx.commit().await?;
            return Ok(None);
        }
        sqlx::query(
            "insert into audit_leaves (position, entry_seq, leaf_hash)
             select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])",
        )
        .bind(&positions)
        .bind(&seqs)
        .bind(&leaves)
        .execute(&mut *tx)
        .await?;
        let now = self.clock().now();
        let signed = keys.head.sign(Head {
            instance: instance.to_owned(),
            kind,
            tree_size: frontier.size(),
            root: frontier.root(),
            previous_size: last.frontier.size(),
            previous_root: last.frontier.root(),
            // Never backwards: a head that is larger and older would contradict this one.
            signed_at: last.signed_at.map_or(now, |before| before.max(now)),
        });
        sqlx::query(
            "insert into audit_heads (tree_size, instance, root, frontier, previous_size, previous_root,
                                      signed_at, key_id, signature)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(position(signed.head.tree_size)?)
        .bind(instance)
        .bind(signed.head.root.as_slice())
        .bind(frontier.to_bytes())
        .bind(position(signed.head.previous_size)?)
        .bind(signed.head.previous_root.as_slice())
        .bind(signed.head.signed_at)
        .bind(keys.id)
        .bind(signed.signature.as_slice())
        .execute(&mut *tx)
        .await?;
        let id = self.clock().new_uuid();
        outbox::append(&mut tx, id, &tell(&signed), now, None).await?;
        tx.commit().await?;
        self.wake();
        Ok(Some(signed))
    }
}

/// Takes a batch out of the queue. What is queued twice, or again after it was sealed, is one leaf.
async fn take(conn: &mut PgConnection) -> Result<Vec<AuditEntry>, Fault> {
    Ok(sqlx::query_as(
        "with taken as (
             delete from audit_unsealed where ctid = any (array(select ctid from audit_unsealed limit $1))
             returning entry_seq
         )
         select seq, entry_id, at, caller, method, request_id, request_hash, purpose, resources, outcome, mac
         from (select distinct entry_seq from taken) as queued join audit on seq = queued.entry_seq
         where not exists (select from audit_leaves where audit_leaves.entry_seq = seq) order by seq",
    )
    .bind(BATCH)
    .fetch_all(conn)
    .await?)
}

async fn last(conn: &mut PgConnection, kind: jianyi_witness::HashKind) -> Result<Last, Fault> {
    let newest: Option<(i64, Vec<u8>, Vec<u8>, Timestamp)> = sqlx::query_as(
        "select tree_size, root, frontier, signed_at from audit_heads order by tree_size desc limit 1",
    )
    .fetch_optional(conn)
    .await?;
    let Some((size, root, bytes, signed_at)) = newest else {
        return Ok(Last {
            frontier: Frontier::new(kind),
            signed_at: None,
        });
    };
    u64::try_from(size)
        .ok()
        .and_then(|size| Frontier::resume(kind, size, &bytes))
        .filter(|frontier| frontier.root() == root.as_slice())
        .map(|frontier| Last {
            frontier,
            signed_at: Some(signed_at),
        })
        .ok_or_else(|| {
            Fault::internal("the newest head of the audit log was altered; nothing is sealed on it")
        })
}

fn position(size: u64) -> Result<i64, Fault> {
    i64::try_from(size).map_err(Fault::internal)
}

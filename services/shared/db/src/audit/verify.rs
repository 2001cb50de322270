//! Recomputes the log from its own tables and names what does not fit.
//!
//! Rows are read by pages, so the memory it takes does not grow with the log.

mod heads;
mod seen;
mod verdict;

use jianyi_kernel::{Fault, Timestamp};
use jianyi_witness::{Frontier, SignedHead};
use sqlx::PgConnection;

use super::entries::AuditEntry;
use crate::Db;
use heads::Heads;
use seen::Seen;
pub use verdict::{AuditFinding, AuditProblem, AuditVerdict};

const PAGE: i64 = 2000;
/// How long an entry may wait for the sealer while heads are signed, and how long before its commit a
/// unit of work may have begun.
const GRACE: time::Duration = time::Duration::minutes(10);

#[derive(sqlx::FromRow)]
struct LeafRow {
    position: i64,
    entry_seq: i64,
    leaf_hash: Vec<u8>,
    present: bool,
    #[sqlx(flatten)]
    entry: AuditEntry,
}

#[derive(sqlx::FromRow)]
struct LooseRow {
    queued: bool,
    #[sqlx(flatten)]
    entry: AuditEntry,
}

impl Db {
    /// Checks entries, leaves and heads against each other, from the first to the last.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn verify_audit(&self) -> Result<AuditVerdict, Fault> {
        let mut conn = self.platform().await?;
        let keys = self.audit_keys(&mut conn).await?;
        let kind = keys.leaf.kind();
        let mut verdict = AuditVerdict::default();
        // What is sealed while this runs belongs to the next check.
        let newest: Option<(i64, Timestamp)> = sqlx::query_as(
            "select tree_size, signed_at from audit_heads order by tree_size desc limit 1",
        )
        .fetch_optional(&mut *conn)
        .await?;
        let covered = newest.map_or(0, |(size, _)| size);
        let last_row: i64 = sqlx::query_scalar("select coalesce(max(seq), 0) from audit")
            .fetch_one(&mut *conn)
            .await?;
        verdict.tree_size = u64::try_from(covered).unwrap_or(0);

        let mut frontier = Frontier::new(kind);
        let mut heads = Heads::default();
        let mut seen = Seen::default();
        let mut expected = 0_i64;
        while expected < covered {
            let page = leaves(&mut conn, expected, covered).await?;
            let complete = i64::try_from(page.len()).unwrap_or(0) == PAGE;
            for leaf in &page {
                if leaf.position != expected {
                    verdict.find(AuditFinding::at_position(
                        AuditProblem::LeafMissing,
                        expected,
                        None,
                    ));
                }
                expected = leaf.position.saturating_add(1);
                heads.fill(&mut conn).await?;
                if leaf.present {
                    verdict.entries = verdict.entries.saturating_add(1);
                    let before = heads.signed_before();
                    if let Some(problem) = examine(leaf, before, &keys.leaf, &mut seen) {
                        verdict.find(AuditFinding::of(problem, &leaf.entry, Some(leaf.position)));
                    }
                } else {
                    let at = heads.signed_next();
                    verdict.find(AuditFinding {
                        seq: Some(leaf.entry_seq),
                        ..AuditFinding::at_position(AuditProblem::Missing, leaf.position, at)
                    });
                }
                if let Ok(hash) = leaf.leaf_hash.as_slice().try_into() {
                    frontier.push(hash);
                }
                heads
                    .check_through(&mut conn, expected, (&frontier, keys), &mut verdict)
                    .await?;
            }
            if !complete {
                break;
            }
        }
        if expected < covered {
            let at = newest.map(|(_, at)| at);
            verdict.find(AuditFinding::at_position(
                AuditProblem::LeafMissing,
                expected,
                at,
            ));
        }
        heads
            .check_through(&mut conn, covered, (&frontier, keys), &mut verdict)
            .await?;
        if let Some((position, seq)) = uncovered(&mut conn).await? {
            verdict.find(AuditFinding {
                seq: Some(seq),
                ..AuditFinding::at_position(AuditProblem::LeafInserted, position, None)
            });
        }
        self.loose(&mut conn, &mut verdict, (last_row, newest), seen)
            .await?;
        Ok(verdict)
    }

    /// Entries without a leaf: they wait for the sealer, or they do not belong here.
    async fn loose(
        &self,
        conn: &mut PgConnection,
        verdict: &mut AuditVerdict,
        (last_row, newest): (i64, Option<(i64, Timestamp)>),
        mut seen: Seen,
    ) -> Result<(), Fault> {
        let keys = self.audit_keys(conn).await?;
        let mut after = 0_i64;
        loop {
            let page: Vec<LooseRow> = sqlx::query_as(
                "select seq, entry_id, at, caller, method, request_id, request_hash, purpose, resources, outcome,
                        mac, exists (select from audit_unsealed where entry_seq = seq) as queued
                 from audit where seq > $1 and seq <= $2
                   and not exists (select from audit_leaves where entry_seq = seq)
                 order by seq limit $3",
            )
            .bind(after)
            .bind(last_row)
            .bind(PAGE)
            .fetch_all(&mut *conn)
            .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.entry.seq;
            for row in &page {
                verdict.entries = verdict.entries.saturating_add(1);
                let computed = row.entry.computed(&keys.leaf);
                let signed = newest.map(|(_, signed)| signed);
                let overdue = signed.is_some_and(|signed| too_old(row.entry.at, signed));
                let problem = match &row.entry.mac {
                    Some(mac) if *mac != computed => Some(AuditProblem::Inserted),
                    None if newest.is_some() => Some(AuditProblem::Inserted),
                    Some(_) if seen.again(&row.entry, signed) => Some(AuditProblem::Inserted),
                    // One that the sealer took between the two reads has neither; it is not overdue.
                    Some(_) | None if overdue => Some(AuditProblem::Unsealed),
                    Some(_) | None if row.queued => None,
                    Some(_) | None => (!self.sealed_meanwhile(conn, row.entry.seq).await?)
                        .then_some(AuditProblem::Unsealed),
                };
                match problem {
                    Some(problem) => verdict.find(AuditFinding::of(problem, &row.entry, None)),
                    None => verdict.waiting = verdict.waiting.saturating_add(1),
                }
            }
        }
    }

    async fn sealed_meanwhile(&self, conn: &mut PgConnection, seq: i64) -> Result<bool, Fault> {
        Ok(
            sqlx::query_scalar("select exists (select from audit_leaves where entry_seq = $1)")
                .bind(seq)
                .fetch_one(conn)
                .await?,
        )
    }

    /// Compares heads that others received from this log with the log's own.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn compare_audit_heads(
        &self,
        instance: &str,
        copies: &[SignedHead],
        verdict: &mut AuditVerdict,
    ) -> Result<(), Fault> {
        let mut conn = self.platform().await?;
        for copy in copies {
            let head = &copy.head;
            let size = i64::try_from(head.tree_size).map_err(Fault::internal)?;
            let known: bool = sqlx::query_scalar(
                "select exists (select from audit_heads where tree_size = $1 and root = $2 and signed_at = $3)",
            )
            .bind(size)
            .bind(head.root.as_slice())
            .bind(head.signed_at)
            .fetch_one(&mut *conn)
            .await?;
            // Whatever key signed it: a log that was begun anew has another one, and is no less contradicted.
            if !known && head.instance == instance && copy.is_genuine() {
                let at = Some(head.signed_at);
                verdict.find(AuditFinding::at_position(
                    AuditProblem::Contradicted,
                    size,
                    at,
                ));
            }
        }
        Ok(())
    }
}

async fn leaves(conn: &mut PgConnection, from: i64, to: i64) -> Result<Vec<LeafRow>, Fault> {
    Ok(sqlx::query_as(
        "select position, entry_seq, leaf_hash, seq is not null as present,
                coalesce(seq, 0) as seq, entry_id, coalesce(at, 'epoch') as at, coalesce(caller, '') as caller,
                coalesce(method, '') as method, request_id, coalesce(request_hash, '') as request_hash, purpose,
                coalesce(resources, '{}') as resources, coalesce(outcome, '') as outcome, mac
         from audit_leaves left join audit on seq = entry_seq
         where position >= $1 and position < $2 order by position limit $3",
    )
    .bind(from)
    .bind(to)
    .bind(PAGE)
    .fetch_all(conn)
    .await?)
}

/// What is wrong with a sealed entry that is there.
/// Whether heads were signed long after a time.
fn too_old(at: Timestamp, signed: Timestamp) -> bool {
    at.as_offset() + GRACE < signed.as_offset()
}

fn examine(
    leaf: &LeafRow,
    before: Option<Timestamp>,
    key: &jianyi_witness::LeafKey,
    seen: &mut Seen,
) -> Option<AuditProblem> {
    let entry = &leaf.entry;
    let computed = entry.computed(key);
    if leaf.leaf_hash != key.kind().leaf(&computed) {
        // The writer's own hash tells which of the two was changed.
        return Some(match &entry.mac {
            Some(mac) if *mac == computed => AuditProblem::LeafAltered,
            Some(_) | None => AuditProblem::Altered,
        });
    }
    if entry.mac.as_ref().is_some_and(|mac| *mac != computed) {
        return Some(AuditProblem::Altered);
    }
    // Heads were signed long after the time it states, and none of them has it; or it is in the tree already.
    (before.is_some_and(|signed| too_old(entry.at, signed)) || seen.again(entry, before))
        .then_some(AuditProblem::Inserted)
}

/// The first leaf that no head covers, when there is one.
async fn uncovered(conn: &mut PgConnection) -> Result<Option<(i64, i64)>, Fault> {
    Ok(sqlx::query_as(
        "select position, entry_seq from audit_leaves
         where position >= (select coalesce(max(tree_size), 0) from audit_heads) order by position limit 1",
    )
    .fetch_optional(conn)
    .await?)
}

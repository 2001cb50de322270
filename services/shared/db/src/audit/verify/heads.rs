//! The signed heads of a log, each checked against the one before it and the leaves below it.

use std::collections::VecDeque;

use jianyi_kernel::{Fault, Timestamp};
use jianyi_witness::{Frontier, Head, SignedHead};
use sqlx::PgConnection;

use super::PAGE;
use super::verdict::{AuditFinding, AuditProblem, AuditVerdict};
use crate::audit::AuditKeys;

#[derive(sqlx::FromRow)]
struct HeadRow {
    tree_size: i64,
    instance: String,
    root: Vec<u8>,
    previous_size: i64,
    previous_root: Vec<u8>,
    signed_at: Timestamp,
    signature: Vec<u8>,
}

/// The heads of a log in order, fetched as they are needed.
#[derive(Default)]
pub(super) struct Heads {
    page: VecDeque<HeadRow>,
    after: i64,
    before: Option<HeadRow>,
}

impl Heads {
    /// When the last head that was checked was signed.
    pub(super) fn signed_before(&self) -> Option<Timestamp> {
        self.before.as_ref().map(|head| head.signed_at)
    }

    /// When the next head was signed, of those that are fetched.
    pub(super) fn signed_next(&self) -> Option<Timestamp> {
        self.page.front().map(|head| head.signed_at)
    }

    pub(super) async fn fill(&mut self, conn: &mut PgConnection) -> Result<(), Fault> {
        if self.page.is_empty() {
            self.page = sqlx::query_as(
                "select tree_size, instance, root, previous_size, previous_root, signed_at, signature
                 from audit_heads where tree_size > $1 order by tree_size limit $2",
            )
            .bind(self.after)
            .bind(PAGE)
            .fetch_all(conn)
            .await?
            .into();
        }
        Ok(())
    }

    /// Checks the heads of trees up to this size, which is the size the leaves have been read to.
    pub(super) async fn check_through(
        &mut self,
        conn: &mut PgConnection,
        size: i64,
        (frontier, keys): (&Frontier, &AuditKeys),
        verdict: &mut AuditVerdict,
    ) -> Result<(), Fault> {
        loop {
            self.fill(conn).await?;
            let Some(head) = self.page.pop_front_if(|head| head.tree_size <= size) else {
                return Ok(());
            };
            check_head(verdict, &head, self.before.as_ref(), frontier, keys);
            verdict.heads = verdict.heads.saturating_add(1);
            self.after = head.tree_size;
            self.before = Some(head);
        }
    }
}

fn check_head(
    verdict: &mut AuditVerdict,
    row: &HeadRow,
    before: Option<&HeadRow>,
    frontier: &Frontier,
    keys: &AuditKeys,
) {
    let at = Some(row.signed_at);
    let follows = match before {
        Some(before) => {
            row.previous_size == before.tree_size
                && row.previous_root == before.root
                && row.signed_at >= before.signed_at
        }
        None => row.previous_size == 0 && row.previous_root == keys.leaf.kind().empty(),
    };
    let size = u64::try_from(row.tree_size).unwrap_or(0);
    if !follows || frontier.size() != size || frontier.root() != row.root.as_slice() {
        verdict.find(AuditFinding::at_position(
            AuditProblem::HeadWrong,
            row.tree_size,
            at,
        ));
    }
    let signed = || {
        Some(SignedHead {
            head: Head {
                instance: row.instance.clone(),
                kind: keys.leaf.kind(),
                tree_size: size,
                root: row.root.as_slice().try_into().ok()?,
                previous_size: u64::try_from(row.previous_size).ok()?,
                previous_root: row.previous_root.as_slice().try_into().ok()?,
                signed_at: row.signed_at,
            },
            public_key: keys.head.public(),
            signature: row.signature.as_slice().try_into().ok()?,
        })
    };
    if !signed().is_some_and(|signed| signed.is_genuine()) {
        verdict.find(AuditFinding::at_position(
            AuditProblem::HeadForged,
            row.tree_size,
            at,
        ));
    }
}

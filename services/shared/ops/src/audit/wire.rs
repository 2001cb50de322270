//! Heads and findings between the log's words and the contract's.

use jianyi_db::{AuditEntry, AuditFinding, AuditProblem, AuditVerdict, Witnessed};
use jianyi_kernel::{Timestamp, Violation};
use jianyi_proto::api::v1::Fact;
use jianyi_proto::audit::events::v1::AuditHeadSigned;
use jianyi_proto::convert;
use jianyi_proto::ops::v1 as pb;
use jianyi_witness::{Head, SignedHead};

fn signed_number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn event(signed: &SignedHead, fact: Fact) -> AuditHeadSigned {
    let head = head(signed);
    AuditHeadSigned {
        fact: Some(fact),
        instance: head.instance,
        hash: head.hash,
        tree_size: head.tree_size,
        root: head.root,
        previous_size: head.previous_size,
        previous_root: head.previous_root,
        signed_time: head.signed_time,
        public_key: head.public_key,
        signature: head.signature,
    }
}

pub(super) fn of_event(event: &AuditHeadSigned) -> Result<SignedHead, Violation> {
    signed(pb::AuditHead {
        instance: event.instance.clone(),
        hash: event.hash.clone(),
        tree_size: event.tree_size,
        root: event.root.clone(),
        previous_size: event.previous_size,
        previous_root: event.previous_root.clone(),
        signed_time: event.signed_time,
        public_key: event.public_key.clone(),
        signature: event.signature.clone(),
    })
}

pub(super) fn head(signed: &SignedHead) -> pb::AuditHead {
    let head = &signed.head;
    pb::AuditHead {
        instance: head.instance.clone(),
        hash: head.kind.to_string(),
        tree_size: signed_number(head.tree_size),
        root: head.root.to_vec(),
        previous_size: signed_number(head.previous_size),
        previous_root: head.previous_root.to_vec(),
        signed_time: Some(convert::timestamp(head.signed_at)),
        public_key: signed.public_key.to_vec(),
        signature: signed.signature.to_vec(),
    }
}

/// Reads a head; whether its signature is good is another question.
pub(super) fn signed(wire: pb::AuditHead) -> Result<SignedHead, Violation> {
    let malformed = |field: &str| {
        Violation::new(
            field,
            "AUDIT_HEAD_MALFORMED",
            format!("`{field}` is not that of a head"),
            "审计日志树头格式不对",
        )
    };
    let hash = |field: &str, bytes: Vec<u8>| bytes.try_into().map_err(|_| malformed(field));
    let size = |field: &str, size: i64| u64::try_from(size).map_err(|_| malformed(field));
    if wire.instance.is_empty() || wire.instance.len() > 64 || !wire.instance.is_ascii() {
        return Err(malformed("instance"));
    }
    Ok(SignedHead {
        head: Head {
            kind: wire.hash.parse().map_err(|_| malformed("hash"))?,
            tree_size: size("tree_size", wire.tree_size)?,
            root: hash("root", wire.root)?,
            previous_size: size("previous_size", wire.previous_size)?,
            previous_root: hash("previous_root", wire.previous_root)?,
            signed_at: wire
                .signed_time
                .and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
                .ok_or_else(|| malformed("signed_time"))?,
            instance: wire.instance,
        },
        public_key: hash("public_key", wire.public_key)?,
        signature: wire
            .signature
            .try_into()
            .map_err(|_| malformed("signature"))?,
    })
}

pub(super) fn witnessed(copy: Witnessed) -> pb::WitnessedHead {
    pb::WitnessedHead {
        head: Some(head(&copy.signed)),
        received_time: Some(convert::timestamp(copy.received_at)),
        conflict: copy.conflict.unwrap_or_default(),
    }
}

pub(super) fn entry(entry: AuditEntry) -> pb::AuditEntry {
    pb::AuditEntry {
        counts: entry
            .counts()
            .map(|(name, count)| (name.to_owned(), count))
            .collect(),
        seq: entry.seq,
        time: Some(convert::timestamp(entry.at)),
        caller: entry.caller,
        method: entry.method,
        request_id: entry.request_id.unwrap_or_default(),
        purpose: entry.purpose.unwrap_or_default(),
        resources: entry.resources,
    }
}

pub(super) fn verdict(verdict: AuditVerdict) -> pb::VerifyAuditResponse {
    pb::VerifyAuditResponse {
        entries: signed_number(verdict.entries),
        waiting: signed_number(verdict.waiting),
        heads: signed_number(verdict.heads),
        tree_size: signed_number(verdict.tree_size),
        problems: signed_number(verdict.problems),
        findings: verdict.findings.into_iter().map(finding).collect(),
    }
}

fn finding(finding: AuditFinding) -> pb::AuditFinding {
    let problem = match finding.problem {
        AuditProblem::Altered => pb::AuditProblem::Altered,
        AuditProblem::Missing => pb::AuditProblem::Missing,
        AuditProblem::Inserted => pb::AuditProblem::Inserted,
        AuditProblem::Unsealed => pb::AuditProblem::Unsealed,
        AuditProblem::LeafAltered => pb::AuditProblem::LeafAltered,
        AuditProblem::LeafMissing => pb::AuditProblem::LeafMissing,
        AuditProblem::LeafInserted => pb::AuditProblem::LeafInserted,
        AuditProblem::HeadWrong => pb::AuditProblem::HeadWrong,
        AuditProblem::HeadForged => pb::AuditProblem::HeadForged,
        AuditProblem::Contradicted => pb::AuditProblem::Contradicted,
    };
    pb::AuditFinding {
        problem: problem.into(),
        seq: finding.seq,
        time: finding.at.map(convert::timestamp),
        method: finding.method,
        caller: finding.caller,
        position: finding.position,
    }
}

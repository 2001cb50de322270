//! Seals the log of one instance until shutdown, soon after each commit.

use std::time::Duration;

use jianyi_db::{Db, NewEvent};
use jianyi_kernel::{Division, FuzzyDate, Provenance};
use jianyi_proto::convert;
use jianyi_telemetry::Shutdown;
use jianyi_witness::SignedHead;
use tokio::time::{sleep, timeout};

use super::wire;

/// Under load a head covers what came within this time; without, an entry is sealed at once.
const SPACING: Duration = Duration::from_secs(1);
/// In case a wake-up was missed, or another process committed.
const POLL: Duration = Duration::from_secs(2);
/// After a failure, which the next round may not meet.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) async fn seal(db: Db, instance: String, division: Division, shutdown: Shutdown) {
    loop {
        let wait = match db
            .seal_audit(&instance, |signed| event(signed, &division))
            .await
        {
            Ok(Some(_)) => SPACING,
            Ok(None) => {
                tokio::select! {
                    () = shutdown.wait() => return,
                    // A wake-up that does not come is what the poll is for.
                    _ = timeout(POLL, db.audit_woken()) => continue,
                }
            }
            Err(fault)
                if fault.is_transient() && !matches!(fault, jianyi_kernel::Fault::Internal(_)) =>
            {
                tracing::debug!(%fault, "the audit log is not sealed now");
                PATIENCE
            }
            Err(fault) => {
                tracing::error!(
                    fault = fault.chain(),
                    "the audit log cannot be sealed; run `jianyi verify audit`"
                );
                PATIENCE
            }
        };
        tokio::select! {
            () = shutdown.wait() => return,
            () = sleep(wait) => {}
        }
    }
}

fn event(signed: &SignedHead, division: &Division) -> NewEvent {
    let head = &signed.head;
    let on = FuzzyDate::day(head.signed_at.business_date());
    let event = wire::event(signed, convert::fact(division, &on, &Provenance::default()));
    let resource = format!("auditLogs/{}", head.instance);
    NewEvent::of(&event, &resource, division, event.tree_size)
}

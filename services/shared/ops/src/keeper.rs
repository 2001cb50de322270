//! Keeps a service's data keys: learns new ones in time, and seals old values again with the newest.

use std::time::Duration;

use jianyi_db::{Db, SealedColumn};
use jianyi_telemetry::Shutdown;

/// How often a process asks for new keys, and whether there is something to seal again.
const POLL: Duration = Duration::from_secs(1);
/// How long before it seals a new key is stored: three polls.
pub(crate) const LEAD: Duration = Duration::from_secs(3);
/// How long after that the last unit of work with an older key is over.
const GRACE: Duration = Duration::from_secs(5);

/// Learns new keys until shutdown.
pub(crate) async fn learn(db: Db, shutdown: Shutdown) {
    while pause(&shutdown).await {
        if let Err(fault) = db.refresh_keys().await {
            tracing::warn!(fault = fault.chain(), "the data keys cannot be read");
        }
    }
}

/// Seals again whenever a new key has become active, until shutdown. One process of a service does it.
pub(crate) async fn reseal(db: Db, columns: &'static [SealedColumn], shutdown: Shutdown) {
    while pause(&shutdown).await {
        let turned = async {
            if db.must_reseal(GRACE).await? {
                db.reseal(columns).await
            } else {
                Ok(None)
            }
        };
        // A walk takes as long as there are values; what it did stays done.
        let turned = tokio::select! {
            () = shutdown.wait() => return,
            turned = turned => turned,
        };
        match turned {
            Ok(Some(done)) if done.unreadable > 0 => {
                tracing::error!(
                    done.moved,
                    done.unreadable,
                    "some sealed values do not open"
                );
            }
            Ok(Some(done)) => tracing::info!(done.moved, done.missed, "sealed with the newest key"),
            Ok(None) => {}
            Err(fault) => tracing::warn!(fault = fault.chain(), "sealing again is interrupted"),
        }
    }
}

/// `false` when it is time to stop.
async fn pause(shutdown: &Shutdown) -> bool {
    tokio::select! {
        () = shutdown.wait() => false,
        () = tokio::time::sleep(POLL) => true,
    }
}

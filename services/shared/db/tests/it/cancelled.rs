//! Callers who go away while their transaction begins: nobody after them works inside it.

use std::time::Duration;

use jianyi_db::{Db, DbConfig};
use jianyi_kernel::{Caller, Clock};

use crate::{act, call, fixture};

/// A caller may be gone at any moment of the begin: after more and more microseconds they are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_begin_that_is_given_up_leaves_no_transaction_behind() {
    let f = fixture().await;
    // One connection: whoever comes next gets the one that was given up.
    let db = Db::connect(
        &DbConfig {
            database_connections: 1,
            ..f.config.clone()
        },
        Clock::system(),
    )
    .await
    .unwrap();
    let caller = Caller::service("test");
    let mut given_up = 0;
    for round in 0..400_u64 {
        let patience = Duration::from_micros(round * 5);
        if tokio::time::timeout(patience, db.read(&caller))
            .await
            .is_err()
        {
            given_up += 1;
        }
        // In the transaction that was left behind, read only, this would fail.
        act(&db, &call(&format!("after {round}"), 1), "done")
            .await
            .unwrap();
    }
    assert!(given_up > 10, "{given_up}");
    assert_eq!(f.count("outbox").await, 400);

    db.close().await;
    f.end().await;
}

//! Callers who go away while their transaction begins: nobody after them works inside it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use jianyi_db::{Db, DbConfig};
use jianyi_kernel::{Caller, Clock};

use crate::{act, call, fixture};

/// A caller may be gone at any moment of the begin: after the first look at it, after the second, and so on. Looks
/// are counted, not microseconds, so that a quick machine gives up as often as a slow one.
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
    for round in 0..400_u32 {
        if after_looks(1 + round % 8, db.read(&caller)).await.is_none() {
            given_up += 1;
        }
        // In the transaction that was left behind, read only, this would fail.
        act(&db, &call(&format!("after {round}"), 1), "done")
            .await
            .unwrap();
    }
    // A begin waits for the server at least once: every eighth caller is gone before it answers.
    assert!(given_up >= 50, "{given_up}");
    assert_eq!(f.count("outbox").await, 400);

    db.close().await;
    f.end().await;
}

/// What it gives within so many looks; else nothing, and it is dropped where it stands.
async fn after_looks<F: Future>(looks: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = looks;
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left <= 1 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

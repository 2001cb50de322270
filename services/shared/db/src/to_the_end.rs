//! A future that is finished even when whoever waits for it has gone.
//!
//! A caller may go away at any moment, and what they waited for is dropped where it stands. For the begin of a
//! transaction that would be a connection that goes back to the pool inside a transaction that nobody ends: the
//! library rolls back what it has counted as begun, and it counts after the server's answer. Whoever got the
//! connection next would work inside a stranger's transaction, and what they wrote would not be durable.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use jianyi_telemetry::task;
use tokio::runtime::Handle;

/// Costs nothing while somebody waits; dropped before its end, it goes on in the background, and its result,
/// which then ends properly, is dropped.
pub(crate) struct ToTheEnd<T: Send + 'static>(Option<BoxFuture<'static, T>>);

impl<T: Send + 'static> ToTheEnd<T> {
    /// Nothing begins before somebody waits.
    pub(crate) const fn new(future: BoxFuture<'static, T>) -> Self {
        Self(Some(future))
    }
}

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(future) = self.0.as_mut() else {
            return Poll::Pending;
        };
        let polled = future.as_mut().poll(cx);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        if let (Some(future), Ok(_runtime)) = (self.0.take(), Handle::try_current()) {
            drop(task::spawn("given up", async move { drop(future.await) }));
        }
    }
}

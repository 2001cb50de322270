//! No call without an end: what the client said, else thirty seconds; streams go on as long as they are read.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::Policies;
use crate::status::timed_out;

/// What a call may take when its client did not say.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// What a call may take at most, whatever its client said.
const LONGEST: Duration = Duration::from_secs(600);
/// Ours ends before the transport's own, which gives the wrong code.
const MARGIN: Duration = Duration::from_millis(5);

/// What the client stated in `grpc-timeout`.
#[must_use]
pub fn stated_timeout(headers: &HeaderMap) -> Option<Duration> {
    parse(headers.get("grpc-timeout")?.to_str().ok()?)
}

fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(n.saturating_mul(3600))),
        "M" => Some(Duration::from_secs(n.saturating_mul(60))),
        "S" => Some(Duration::from_secs(n)),
        "m" => Some(Duration::from_millis(n)),
        "u" => Some(Duration::from_micros(n)),
        "n" => Some(Duration::from_nanos(n)),
        _ => None,
    }
}

/// A layer that ends unary calls in time.
#[derive(Debug, Clone)]
pub struct Deadlines {
    policies: Arc<Policies>,
    unstated: Duration,
}

impl Deadlines {
    /// Ends calls of methods that the contracts call unary.
    #[must_use]
    pub const fn new(policies: Arc<Policies>) -> Self {
        Self {
            policies,
            unstated: DEFAULT_TIMEOUT,
        }
    }

    fn of(&self, path: &str, headers: &HeaderMap) -> Option<Duration> {
        let policy = self.policies.of(path)??;
        if policy.streaming {
            return None;
        }
        let stated = stated_timeout(headers).map(|stated| stated.saturating_sub(MARGIN));
        Some(stated.unwrap_or(self.unstated).min(LONGEST))
    }
}

impl<S> Layer<S> for Deadlines {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Timed {
            deadlines: self.clone(),
            inner,
        }
    }
}

/// A service whose unary calls end in time.
#[derive(Debug, Clone)]
pub struct Timed<S> {
    deadlines: Deadlines,
    inner: S,
}

impl<S, B> Service<Request<B>> for Timed<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let limit = self.deadlines.of(request.uri().path(), request.headers());
        let calling = self.inner.call(request);
        let Some(limit) = limit else {
            return Box::pin(calling);
        };
        Box::pin(async move {
            tokio::time::timeout(limit, calling)
                .await
                .unwrap_or_else(|_| Ok(timed_out().into_http()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        assert_eq!(parse("5S"), Some(Duration::from_secs(5)));
        assert_eq!(parse("99999999n"), Some(Duration::from_nanos(99_999_999)));
        assert_eq!(parse("2M"), Some(Duration::from_secs(120)));
        for bad in ["", "S", "5", "5s", "-1S", "123456789S", "五S"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}

//! Every call that comes in: a span that goes on with the caller's trace, and a count of how it ended.
//!
//! Stands before everything else, so that what is refused is counted as well. Methods are named as the contracts
//! name them; what a caller makes up is `_OTHER`, for a path may say anything.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response, header};
use jianyi_telemetry::figure::{CALL_DURATION, OTHER};
use jianyi_telemetry::metrics::Durations;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};

use crate::Policies;
use crate::ending::{Ending, Measured, Side};

/// A layer around everything that a server serves.
#[derive(Debug, Clone)]
pub struct Observed {
    instance: Arc<str>,
    policies: Arc<Policies>,
    durations: Durations,
}

impl Observed {
    /// For an instance as operators call it.
    #[must_use]
    pub fn new(instance: &str, policies: Arc<Policies>) -> Self {
        Self {
            instance: instance.into(),
            policies,
            durations: Durations::of(&CALL_DURATION),
        }
    }

    /// `None` for what nobody needs to see: pages, questions after health, reflection.
    fn begin<B>(&self, request: &Request<B>) -> Option<(Span, Ending)> {
        let path = request.uri().path();
        let aside = path.starts_with("/grpc.health.v1.") || path.starts_with("/grpc.reflection.");
        if aside || !is_grpc(request.headers()) {
            return None;
        }
        let method = match self.policies.of(path) {
            Some(_) => path.trim_start_matches('/'),
            None => OTHER,
        };
        let span = tracing::info_span!(
            parent: None,
            "rpc",
            otel.kind = "server",
            otel.name = method,
            rpc.system.name = "grpc",
            rpc.method = method,
            rpc.response.status_code = tracing::field::Empty,
            jianyi.instance = &*self.instance,
        );
        if let Some(caller) = text(request.headers(), "traceparent") {
            jianyi_telemetry::set_parent(&span, caller);
        }
        let measured = Measured {
            durations: self.durations.clone(),
            instance: self.instance.to_string(),
            method: method.to_owned(),
        };
        let ending = Ending::new(span.clone(), Side::Server, Some(measured));
        Some((span, ending))
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    text(headers, header::CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/grpc"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl<S> Layer<S> for Observed {
    type Service = Watched<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Watched {
            observed: self.clone(),
            inner,
        }
    }
}

/// A service whose calls are seen.
#[derive(Debug, Clone)]
pub struct Watched<S> {
    observed: Observed,
    inner: S,
}

impl<S, B> Service<Request<B>> for Watched<S>
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
        let Some((span, ending)) = self.observed.begin(&request) else {
            return Box::pin(self.inner.call(request));
        };
        // What is not async of the call belongs to it as well.
        let answering = span.in_scope(|| self.inner.call(request));
        let answering = async move { Ok(ending.with(answering.await?)) };
        Box::pin(answering.instrument(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_no_contract_knows_is_named_nowhere() {
        let observed = Observed::new("care", Arc::new(Policies::open("/known", false)));
        let method = |path: &str, kind: &str| {
            let request = Request::builder().uri(path).header("content-type", kind);
            let (_, ending) = observed.begin(&request.body(()).unwrap())?;
            ending.method().map(str::to_owned)
        };
        let grpc = "application/grpc+proto";
        assert_eq!(method("/known", grpc).as_deref(), Some("known"));
        assert_eq!(method("/13800005678", grpc).as_deref(), Some(OTHER));
        assert_eq!(method("/known", "text/html"), None);
        assert_eq!(method("/grpc.health.v1.Health/Check", grpc), None);
    }
}

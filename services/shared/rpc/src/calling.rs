//! Every call that goes out on behalf of another: a span of its own, which the service behind goes on with.

use std::future::Future;

use http::{HeaderValue, Request, Response};
use tonic::body::Body;
use tracing::Instrument as _;

use crate::ending::{Ending, Side};

/// Sends a request whose method the contracts know, within a span that its headers name.
///
/// # Errors
/// What sending says.
pub async fn calling<F, E>(
    mut request: Request<Body>,
    send: impl FnOnce(Request<Body>) -> F,
) -> Result<Response<Body>, E>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    let method = request.uri().path().trim_start_matches('/');
    if method.starts_with("grpc.health.v1.") {
        return send(request).await;
    }
    let span = tracing::info_span!(
        "call",
        otel.kind = "client",
        otel.name = method,
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = tracing::field::Empty,
    );
    let context = jianyi_telemetry::traceparent_of(&span);
    if let Some(value) = context.and_then(|context| HeaderValue::try_from(context).ok()) {
        request.headers_mut().insert("traceparent", value);
    }
    let ending = Ending::new(span.clone(), Side::Client, None);
    match send(request).instrument(span).await {
        Ok(response) => Ok(ending.with(response)),
        Err(error) => {
            ending.unanswered();
            Err(error)
        }
    }
}

//! Calls that go to another service as they are: HTTP/2 in, HTTP/2 out, streams and trailers untouched.

use axum::body::Body as HttpBody;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, Version, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tonic::body::Body;
use tonic::transport::Channel;
use tower::ServiceExt as _;

use crate::contracts::Method;
use crate::deadline::Deadline;
use crate::raw::{self, LARGEST};

/// Headers that speak of one connection only, and the ones that the next connection states itself.
const NOT_PASSED_ON: [HeaderName; 5] = [
    header::CONNECTION,
    header::HOST,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHORIZATION,
];

/// Hands a call on to the service it belongs to.
pub(crate) async fn forward(
    channel: Channel,
    method: &Method,
    request: Request<HttpBody>,
) -> Response<Body> {
    let deadline = Deadline::of(request.headers());
    if !method.is_unary() {
        let request = request.map(Body::new);
        return match send(channel, request, deadline).await {
            Ok(response) => response,
            Err(failure) => failure.status(method.context()).into_http(),
        };
    }
    let (parts, body) = request.into_parts();
    let bytes = match collect(body).await {
        Ok(bytes) => bytes,
        Err(response) => return *response,
    };
    let message = || {
        let mut again = Request::new(Body::new(Full::new(bytes.clone())));
        *again.uri_mut() = parts.uri.clone();
        *again.method_mut() = parts.method.clone();
        *again.headers_mut() = parts.headers.clone();
        again
    };
    let mut sent = send(channel.clone(), message(), deadline).await;
    if matches!(sent, Err(raw::Failure::Unreachable))
        && !deadline.is_over()
        && is_repeatable(method, &bytes)
    {
        sent = send(channel, message(), deadline).await;
    }
    match sent {
        Ok(response) => response,
        Err(failure) => failure.status(method.context()).into_http(),
    }
}

async fn send(
    channel: Channel,
    mut request: Request<Body>,
    deadline: Deadline,
) -> Result<Response<Body>, raw::Failure> {
    *request.version_mut() = Version::HTTP_2;
    for name in NOT_PASSED_ON {
        request.headers_mut().remove(name);
    }
    deadline.write(request.headers_mut());
    let calling = jianyi_rpc::calling(request, |request| channel.oneshot(request));
    match tokio::time::timeout_at(deadline.instant(), calling).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) if is_timeout(&error) => Err(raw::Failure::TimedOut),
        Ok(Err(_)) => Err(raw::Failure::Unreachable),
        Err(_) => Err(raw::Failure::TimedOut),
    }
}

fn is_timeout(error: &tonic::transport::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<tonic::TimeoutExpired>() {
            return true;
        }
        cause = error.source();
    }
    false
}

async fn collect(body: HttpBody) -> Result<Bytes, Box<Response<Body>>> {
    let collected = Limited::new(body, LARGEST).collect().await;
    collected
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| {
            let status = if error.is::<LengthLimitError>() {
                jianyi_rpc::too_large()
            } else {
                tonic::Status::cancelled("the request broke off")
            };
            Box::new(status.into_http())
        })
}

/// Looks into the one frame of a unary request; a compressed one is not looked into and not repeated.
fn is_repeatable(method: &Method, body: &Bytes) -> bool {
    let Some(([compressed, ..], _)) = body.split_first_chunk::<5>() else {
        return false;
    };
    *compressed == 0
        && method
            .request(body.slice(5..))
            .is_ok_and(|message| method.is_repeatable(&message))
}

/// Whether these are the headers of a gRPC call.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

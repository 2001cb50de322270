//! gRPC-Web: what browsers speak, turned into gRPC before anything else sees it.
//!
//! Browsers read no trailers, so these go into the body, also those of a call that was refused at once: a proxy
//! that allows few bytes of headers would cut its details. Pages of other origins are answered like everybody,
//! but no header lets them send such a call or read the answer.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::StreamBody;
use tonic::Status;
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, Service};

/// What a status consists of.
const STATUS: [&str; 3] = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

/// A layer around everything that the gateway serves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Web;

impl<S: Clone> Layer<S> for Web {
    type Service = Translated<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Translated {
            web: GrpcWebLayer::new().layer(Trailing(inner.clone())),
            plain: inner,
        }
    }
}

/// A service that speaks gRPC-Web as well.
#[derive(Debug, Clone)]
pub(crate) struct Translated<S> {
    web: GrpcWebService<Trailing<S>>,
    plain: S,
}

/// What a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    /// gRPC-Web in bytes.
    Web,
    /// A kind of gRPC-Web that is not spoken here: base64 text, or another encoding of messages.
    Unknown,
    /// Anything else.
    Other,
}

impl Speech {
    fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(header::CONTENT_TYPE);
        match kind.map(HeaderValue::as_bytes) {
            Some(b"application/grpc-web" | b"application/grpc-web+proto") => Self::Web,
            Some(other) if other.starts_with(b"application/grpc-web") => Self::Unknown,
            Some(_) | None => Self::Other,
        }
    }
}

impl<S> Service<Request<Body>> for Translated<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        ready!(self.plain.poll_ready(cx))?;
        Service::<Request<Body>>::poll_ready(&mut self.web, cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match Speech::of(request.headers()) {
            Speech::Web => Box::pin(self.web.call(request)),
            Speech::Other => Box::pin(self.plain.call(request)),
            Speech::Unknown => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                Box::pin(async move { Ok(response) })
            }
        }
    }
}

/// A service whose refusals come as trailers.
#[derive(Debug, Clone)]
pub(crate) struct Trailing<S>(S);

impl<S> Service<Request<Body>> for Trailing<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let calling = self.0.call(request);
        Box::pin(async move { Ok(trailing(calling.await?)) })
    }
}

fn trailing(response: Response<Body>) -> Response<Body> {
    if !response.headers().contains_key("grpc-status") {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let mut trailers = HeaderMap::new();
    for name in STATUS {
        if let Some(value) = parts.headers.remove(name) {
            trailers.insert(name, value);
        }
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let last = http_body::Frame::<Bytes>::trailers(trailers);
    let body = StreamBody::new(stream::iter([Ok::<_, Status>(last)]));
    Response::from_parts(parts, Body::new(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_spoken_and_text_is_not() {
        let speech = |kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            Speech::of(&headers)
        };
        assert_eq!(speech("application/grpc-web+proto"), Speech::Web);
        assert_eq!(speech("application/grpc-web"), Speech::Web);
        assert_eq!(speech("application/grpc-web-text"), Speech::Unknown);
        assert_eq!(speech("application/grpc-web+json"), Speech::Unknown);
        assert_eq!(speech("application/grpc+proto"), Speech::Other);
        assert_eq!(Speech::of(&HeaderMap::new()), Speech::Other);
    }
}

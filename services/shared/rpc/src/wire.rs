//! What the framing and the decoder say about a bad request, in our words; and a panic, in nobody's.
//!
//! Every status of ours carries details. One without was made by the library, for a message that cannot be
//! read: it calls that internal and quotes itself.

use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use jianyi_kernel::Fault;
use tonic::Code;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::status::{malformed, status, too_large};

/// A layer next to the routes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wire;

impl<S> Layer<S> for Wire {
    type Service = Wired<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Wired(inner)
    }
}

/// A service whose library's errors are told in our words.
#[derive(Debug, Clone)]
pub struct Wired<S>(S);

impl<S, B> Service<Request<B>> for Wired<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let calling = AssertUnwindSafe(self.0.call(request)).catch_unwind();
        Box::pin(async move {
            match calling.await {
                Ok(answered) => answered.map(reworded),
                Err(_) => {
                    let fault = Fault::internal("a handler panicked");
                    Ok(status(fault).into_http())
                }
            }
        })
    }
}

fn reworded(response: Response<Body>) -> Response<Body> {
    match library_code(response.headers()) {
        Some(Code::Internal | Code::Unknown) => malformed().into_http(),
        Some(Code::OutOfRange) => too_large().into_http(),
        _ => response,
    }
}

/// The code of a status that carries no details.
fn library_code(headers: &HeaderMap) -> Option<Code> {
    if headers.contains_key("grpc-status-details-bin") {
        return None;
    }
    Some(Code::from_bytes(headers.get("grpc-status")?.as_bytes()))
}

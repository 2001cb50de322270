//! The end of a call: how it went and how long it took, told once, whichever way it ends.

use std::time::Instant;

use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use jianyi_telemetry::figure::{INSTANCE, METHOD, STATUS};
use jianyi_telemetry::metrics::Durations;
use tonic::Code;
use tonic::body::Body;
use tracing::Span;

/// Which end of a call this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// It came in.
    Server,
    /// It goes out.
    Client,
}

/// A call under way. Dropping it ends the call; whoever drops it before there is a status has cancelled it.
#[derive(Debug)]
pub(crate) struct Ending {
    span: Span,
    side: Side,
    began: Instant,
    status: Option<Code>,
    measured: Option<Measured>,
}

/// Where a call is counted.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) durations: Durations,
    pub(crate) instance: String,
    pub(crate) method: String,
}

impl Ending {
    pub(crate) fn new(span: Span, side: Side, measured: Option<Measured>) -> Self {
        Self {
            span,
            side,
            began: Instant::now(),
            status: None,
            measured,
        }
    }

    /// The call ends with the last byte of its response, and its status stands after that.
    pub(crate) fn with(mut self, response: Response<Body>) -> Response<Body> {
        self.read(response.headers());
        if self.status.is_some() {
            return response;
        }
        response.map(|body| {
            Body::new(body.map_frame(move |frame| {
                if let Some(trailers) = frame.trailers_ref() {
                    self.read(trailers);
                }
                frame
            }))
        })
    }

    /// Nobody answered.
    pub(crate) fn unanswered(mut self) {
        self.status = Some(Code::Unavailable);
    }

    #[cfg(test)]
    pub(crate) fn method(&self) -> Option<&str> {
        self.measured.as_ref().map(|it| it.method.as_str())
    }

    fn read(&mut self, headers: &HeaderMap) {
        if let Some(status) = headers.get("grpc-status") {
            self.status = Some(Code::from_bytes(status.as_bytes()));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        jianyi_telemetry::until_now(&self.span);
        let code = self.status.unwrap_or(Code::Cancelled);
        let name = name(code);
        self.span.record("rpc.response.status_code", name);
        if is_failure(code, self.side) {
            jianyi_telemetry::failed(&self.span, name);
        }
        if let Some(measured) = &self.measured {
            let labels = [
                (INSTANCE, measured.instance.as_str()),
                (METHOD, measured.method.as_str()),
                (STATUS, name),
            ];
            measured.durations.record(self.began.elapsed(), &labels);
        }
    }
}

/// A server has not failed by refusing; whoever called it has not got what he wanted.
fn is_failure(code: Code, side: Side) -> bool {
    match side {
        Side::Client => code != Code::Ok,
        Side::Server => matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ),
    }
}

/// As the contracts of gRPC write it.
const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_no_failure_of_the_server_and_always_one_for_its_caller() {
        for code in [Code::NotFound, Code::PermissionDenied, Code::Cancelled] {
            assert!(!is_failure(code, Side::Server), "{code:?}");
            assert!(is_failure(code, Side::Client), "{code:?}");
        }
        assert!(is_failure(Code::Internal, Side::Server));
        assert!(!is_failure(Code::Ok, Side::Client));
    }

    #[tokio::test]
    async fn the_status_is_read_from_the_end_wherever_it_stands() {
        let ending = || Ending::new(Span::none(), Side::Server, None);
        let mut refused = ending();
        refused.read(tonic::Status::not_found("x").into_http::<Body>().headers());
        assert_eq!(refused.status, Some(Code::NotFound));

        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
        let body = http_body_util::Full::new(bytes::Bytes::from_static(b"x"))
            .with_trailers(async move { Some(Ok(trailers)) });
        let response = ending().with(Response::new(Body::new(body)));
        let collected = response.into_body().collect().await.unwrap();
        assert!(collected.trailers().unwrap().contains_key("grpc-status"));
    }
}

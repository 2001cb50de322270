//! Calls whose every byte we choose, and what came back.

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt as _, Full};
use tonic::body::Body;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tower::ServiceExt as _;

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) path: String,
    pub(crate) token: String,
    pub(crate) body: Bytes,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// What came back; `Err` when nothing did.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) message: Bytes,
}

/// A gRPC frame around a message.
pub(crate) fn frame(message: &[u8]) -> Bytes {
    framed(0, u32::try_from(message.len()).unwrap(), message)
}

/// A frame that may lie about itself.
pub(crate) fn framed(flag: u8, length: u32, message: &[u8]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(message.len() + 5);
    bytes.put_u8(flag);
    bytes.put_u32(length);
    bytes.put_slice(message);
    bytes.freeze()
}

pub(crate) async fn send(channel: Channel, attempt: &Attempt) -> Result<Answer, String> {
    let mut request = Request::post(attempt.path.as_str())
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", format!("Bearer {}", attempt.token))
        .body(Body::new(Full::new(attempt.body.clone())))
        .map_err(|error| error.to_string())?;
    for (name, value) in &attempt.headers {
        request.headers_mut().insert(name, value.clone());
    }
    let sent = channel.oneshot(request);
    let response = tokio::time::timeout(std::time::Duration::from_secs(60), sent)
        .await
        .map_err(|_| "no answer in a minute".to_owned())?
        .map_err(|error| format!("{error:?}"))?;
    let (parts, body) = response.into_parts();
    if let Some(status) = Status::from_header_map(&parts.headers) {
        return Ok(Answer {
            status,
            message: Bytes::new(),
        });
    }
    let collected = body.collect().await.map_err(|error| format!("{error:?}"))?;
    let status = collected
        .trailers()
        .and_then(Status::from_header_map)
        .unwrap_or_else(|| {
            let code = if parts.status.is_success() {
                Code::Unknown
            } else {
                Code::InvalidArgument
            };
            Status::from_header_map(&http::HeaderMap::from_iter([(
                HeaderName::from_static("grpc-status"),
                HeaderValue::from(i32::from(code)),
            )]))
            .unwrap()
        });
    let bytes = collected.to_bytes();
    Ok(Answer {
        status,
        message: bytes.slice(bytes.len().min(5)..),
    })
}

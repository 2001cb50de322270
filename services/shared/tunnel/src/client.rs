//! The near end: a call goes into a letter, and the letter that comes back is the reply.

use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use jianyi_bus::{Bus, Letter, NoAnswer};
use jianyi_kernel::Division;
use jianyi_rpc::{DEFAULT_TIMEOUT, Policies, stated_timeout};
use tonic::Status;
use tonic::body::Body;
use tower::Service;

use crate::content::{self, LARGEST};
use crate::{Unreached, address, frame, head, refusal};

/// Padded or not, as gRPC leaves it open.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// The other end gives up first, and says why.
const MARGIN: Duration = Duration::from_millis(10);

/// The bus, once it is connected; until then nobody is reached.
pub type Line = Arc<OnceLock<Bus>>;

/// A channel to the services of one place.
#[derive(Debug, Clone)]
pub struct Tunnel {
    line: Line,
    place: Division,
    policies: Arc<Policies>,
}

impl Tunnel {
    /// Nothing is sent yet. The policies tell which methods stream, and these do not pass.
    #[must_use]
    pub const fn new(line: Line, place: Division, policies: Arc<Policies>) -> Self {
        Self {
            line,
            place,
            policies,
        }
    }

    async fn send(self, request: Request<Body>) -> Result<Response<Body>, Unreached> {
        let (subject, letter, within) = match self.letter(request).await {
            Ok(letter) => letter,
            Err(status) => return Ok(status.into_http()),
        };
        let Some(bus) = self.line.get() else {
            return Err(Unreached::away(&self.place));
        };
        match bus.ask(&subject, letter, within).await {
            Ok(answer) => Ok(reply(&answer).unwrap_or_else(|Unreadable| {
                tracing::error!(county.code = %self.place, "a reply through the tunnel cannot be read");
                refusal::unreadable_reply().into_http()
            })),
            Err(NoAnswer::NoResponders) => Err(Unreached::silent(&self.place)),
            Err(NoAnswer::Away) => Err(Unreached::away(&self.place)),
            Err(NoAnswer::TimedOut) => Err(Unreached::timed_out(&self.place)),
            Err(NoAnswer::TooLarge) => {
                Ok(refusal::request_too_large(bus.largest()).into_http())
            }
            Err(NoAnswer::Malformed) => Ok(refusal::unfit_metadata().into_http()),
        }
    }

    async fn letter(&self, request: Request<Body>) -> Result<(String, Letter, Duration), Status> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path();
        if self.policies.streams(path) {
            return Err(refusal::streams());
        }
        let subject = address::of_path(&self.place, path).ok_or_else(jianyi_rpc::malformed)?;
        let within = stated_timeout(&parts.headers).unwrap_or(DEFAULT_TIMEOUT);
        state(&mut parts.headers, within.saturating_sub(MARGIN));
        let body = Limited::new(body, LARGEST)
            .collect()
            .await
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    refusal::request_too_large(LARGEST)
                } else {
                    Status::cancelled("the request broke off")
                }
            })?
            .to_bytes();
        if frame::count(&body) != Some(1) {
            return Err(jianyi_rpc::malformed());
        }
        let mut letter = Letter::default();
        head::write(&parts.headers, false, &mut letter.headers)
            .map_err(|head::Unfit| refusal::unfit_metadata())?;
        content::write(body, &mut letter);
        Ok((subject, letter, within))
    }
}

impl Service<Request<Body>> for Tunnel {
    type Response = Response<Body>;
    type Error = Unreached;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}

/// Writes how long the other end may take.
pub(crate) fn state(headers: &mut HeaderMap, within: Duration) {
    // At most eight digits are allowed; 27 hours in milliseconds fit.
    let millis = within.as_millis().clamp(1, 99_999_999);
    if let Ok(value) = HeaderValue::try_from(format!("{millis}m")) {
        headers.insert("grpc-timeout", value);
    }
}

/// A letter that is no reply.
struct Unreadable;

fn reply(answer: &Letter) -> Result<Response<Body>, Unreadable> {
    let (headers, trailers) = head::read(&answer.headers).map_err(|head::Unfit| Unreadable)?;
    let body = content::read(answer).map_err(|_| Unreadable)?;
    for map in [&headers, &trailers] {
        // The library takes it for granted that these decode, and does not live if they do not.
        let sound = map
            .get_all("grpc-status-details-bin")
            .iter()
            .all(|details| BASE64.decode(details).is_ok());
        if !sound {
            return Err(Unreadable);
        }
    }
    let status = head::read_status(answer).map_err(|head::Unfit| Unreadable)?;
    let ended = trailers.contains_key("grpc-status")
        || headers.contains_key("grpc-status")
        || status != StatusCode::OK;
    let framed = status != StatusCode::OK || frame::count(&body).is_some_and(|count| count <= 1);
    if !ended || !framed {
        return Err(Unreadable);
    }
    let mut response = Response::new(body_of(body, trailers));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn body_of(content: Bytes, trailers: HeaderMap) -> Body {
    if trailers.is_empty() {
        return Body::new(Full::new(content));
    }
    Body::new(Full::new(content).with_trailers(async move { Some(Ok(trailers)) }))
}

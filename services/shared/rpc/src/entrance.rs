//! The first thing every request meets: it is weighed, and it is written down where it came from.
//!
//! The front door writes a caller's address and certificate into headers for the services behind it, over
//! whatever the caller wrote there. Services believe these headers on loopback, over mutual TLS, and from the
//! bus, where only services may call.

use std::net::IpAddr;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::connection::Peer;
use crate::status::too_large;

const ADDRESS: HeaderName = HeaderName::from_static("x-jianyi-peer");
const CERTIFICATE: HeaderName = HeaderName::from_static("x-jianyi-peer-certificate");

/// More metadata than this no client of ours sends.
const MOST_HEADERS: usize = 64;
const MOST_BYTES: usize = 16 * 1024;

/// Where a request came from, at the outermost door that we can believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) address: Option<IpAddr>,
    certificate: Option<[u8; 32]>,
}

/// SHA-256 of the verified certificate that a caller showed at the gateway; `None` when it showed none.
#[must_use]
pub fn peer_certificate<M>(request: &tonic::Request<M>) -> Option<[u8; 32]> {
    origin(request.extensions())?.certificate
}

pub(crate) fn origin(extensions: &Extensions) -> Option<Origin> {
    extensions.get::<Origin>().copied()
}

/// A layer around everything a server serves.
#[derive(Debug, Clone, Copy)]
pub enum Entrance {
    /// Callers connect here themselves.
    Front,
    /// The gateway and other services connect here.
    Behind,
    /// The gateway and other services call from the bus; whoever has no business there has no login.
    Bus,
}

impl Entrance {
    fn origin(self, peer: Option<&Peer>, headers: &HeaderMap) -> Origin {
        let own = Origin {
            address: peer.map(|peer| peer.address),
            certificate: peer.and_then(|peer| peer.certificate),
        };
        match self {
            Self::Front => own,
            Self::Behind | Self::Bus => {
                let believed = matches!(self, Self::Bus)
                    || peer.is_some_and(|peer| {
                        peer.certificate.is_some() || peer.address.is_loopback()
                    });
                Origin {
                    address: text(headers, &ADDRESS)
                        .filter(|_| believed)
                        .and_then(|text| text.parse().ok())
                        .or(own.address),
                    // The connection's own certificate is the gateway's, not the caller's.
                    certificate: text(headers, &CERTIFICATE)
                        .filter(|_| believed)
                        .and_then(fingerprint),
                }
            }
        }
    }

    /// Says what is wrong with the request, or where it came from.
    fn enter<B>(self, request: &mut Request<B>) -> Result<(), tonic::Status> {
        let peer = request.extensions().get::<Peer>().cloned();
        if let Some(peer) = &peer {
            peer.spoke();
        }
        let headers = request.headers();
        let weight: usize = headers
            .iter()
            .map(|(name, value)| name.as_str().len().saturating_add(value.len()))
            .sum();
        if headers.len() > MOST_HEADERS || weight > MOST_BYTES {
            return Err(too_large());
        }
        let origin = self.origin(peer.as_ref(), headers);
        let headers = request.headers_mut();
        headers.remove(&ADDRESS);
        headers.remove(&CERTIFICATE);
        if matches!(self, Self::Front) {
            let address = origin.address.map(|address| address.to_string());
            let certificate = origin.certificate.map(hexadecimal);
            for (name, value) in [(ADDRESS, address), (CERTIFICATE, certificate)] {
                if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                    headers.insert(name, value);
                }
            }
        }
        request.extensions_mut().insert(origin);
        Ok(())
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn hexadecimal(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fingerprint(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let from = at.saturating_mul(2);
        *byte = u8::from_str_radix(text.get(from..from.saturating_add(2))?, 16).ok()?;
    }
    Some(bytes)
}

impl<S> Layer<S> for Entrance {
    type Service = Entered<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Entered {
            entrance: *self,
            inner,
        }
    }
}

/// A service behind an entrance.
#[derive(Debug, Clone)]
pub struct Entered<S> {
    entrance: Entrance,
    inner: S,
}

impl<S, B> Service<Request<B>> for Entered<S>
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

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        match self.entrance.enter(&mut request) {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(status) => Box::pin(async move { Ok(status.into_http()) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_64_hexadecimal_digits() {
        let bytes = [0xa5; 32];
        assert_eq!(fingerprint(&hexadecimal(bytes)), Some(bytes));
        for bad in [
            "",
            "a5",
            &"zz".repeat(32),
            &"é".repeat(32),
            &"+1".repeat(33),
        ] {
            assert_eq!(fingerprint(bad), None, "{bad}");
        }
    }

    #[test]
    fn callers_cannot_write_where_they_come_from_and_too_much_is_refused() {
        let forged = || {
            Request::builder()
                .header(ADDRESS, "10.9.9.9")
                .header(CERTIFICATE, "ab".repeat(32))
                .body(())
                .unwrap()
        };
        let mut request = forged();
        Entrance::Front.enter(&mut request).unwrap();
        assert!(request.headers().is_empty());
        // Behind, a connection that is neither loopback nor certified is not believed.
        let mut request = forged();
        Entrance::Behind.enter(&mut request).unwrap();
        let origin = origin(request.extensions()).unwrap();
        assert_eq!((origin.address, origin.certificate), (None, None));
        // From the bus only services call.
        let mut request = forged();
        Entrance::Bus.enter(&mut request).unwrap();
        let origin = super::origin(request.extensions()).unwrap();
        assert_eq!(origin.address, "10.9.9.9".parse().ok());
        assert_eq!(origin.certificate, Some([0xab; 32]));

        let mut request = Request::new(());
        for n in 0..=MOST_HEADERS {
            let name = HeaderName::try_from(format!("x-{n}")).unwrap();
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static("1"));
        }
        assert!(Entrance::Front.enter(&mut request).is_err());
        let mut request = Request::new(());
        let long = HeaderValue::try_from("x".repeat(MOST_BYTES)).unwrap();
        request.headers_mut().insert("x-long", long);
        assert!(Entrance::Front.enter(&mut request).is_err());
    }
}

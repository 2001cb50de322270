//! The way to an instance: a connection of ours, or a tunnel through the bus to a place that only dials out.
//!
//! Whoever calls does not see which it is. What a link answers and how it fails is the same either way.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use jianyi_kernel::{Division, Fault};
use jianyi_rpc::{ClientTls, Policies};
use tonic::body::Body;
use tonic::transport::Channel;
use tower::{BoxError, Service};

use crate::{Line, Tunnel};

/// The scheme of an address that is the bus; which subjects are meant follows from the county.
const TUNNEL: &str = "nats:";

/// What links are made with.
#[derive(Debug, Clone)]
pub struct Links {
    /// How places with a port are called.
    pub tls: ClientTls,
    /// The bus, once it is connected.
    pub line: Line,
    /// They tell which methods stream.
    pub policies: Arc<Policies>,
}

impl Links {
    /// A link to an address. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is none.
    pub fn direct(&self, url: &str) -> Result<Link, Fault> {
        jianyi_rpc::connect_with(url, &self.tls).map(Link::Direct)
    }

    /// A link to a county, by the scheme of its address.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is no address.
    pub fn county(&self, code: &Division, url: &str) -> Result<Link, Fault> {
        match url.strip_prefix(TUNNEL) {
            None => self.direct(url),
            Some("" | "//") => Ok(Link::Tunnel(Tunnel::new(
                Arc::clone(&self.line),
                code.clone(),
                Arc::clone(&self.policies),
            ))),
            Some(_) => Err(Fault::internal(format!(
                "{url}: a county behind the bus has the address nats: and nothing after it"
            ))),
        }
    }
}

/// A way to an instance.
#[derive(Debug, Clone)]
pub enum Link {
    /// A channel that connects on first use and again whenever it must.
    Direct(Channel),
    /// Letters over the bus.
    Tunnel(Tunnel),
}

impl Service<Request<Body>> for Link {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        match self {
            Self::Direct(channel) => Service::poll_ready(channel, cx).map_err(Into::into),
            Self::Tunnel(tunnel) => Service::poll_ready(tunnel, cx).map_err(Into::into),
        }
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self {
            Self::Direct(channel) => {
                let channel = ready(channel);
                Box::pin(jianyi_rpc::calling(request, |request| async move {
                    Service::call(&mut { channel }, request)
                        .await
                        .map_err(Into::into)
                }))
            }
            Self::Tunnel(tunnel) => {
                let tunnel = tunnel.clone();
                Box::pin(jianyi_rpc::calling(request, |request| async move {
                    Service::call(&mut { tunnel }, request)
                        .await
                        .map_err(Into::into)
                }))
            }
        }
    }
}

/// The one that was polled ready; a fresh one takes its place.
fn ready(channel: &mut Channel) -> Channel {
    let fresh = channel.clone();
    std::mem::replace(channel, fresh)
}

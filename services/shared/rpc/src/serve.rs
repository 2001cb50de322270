//! Serving and connecting, written once over concrete types so that hyper and h2 are compiled once.

use std::net::SocketAddr;
use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use tonic::service::Routes;
use tonic::transport::{Channel, Endpoint, Server};

use crate::dial::dial;
use crate::{ClientTls, Entrance, Gate, Inside, LimitsConfig, ServerTls, incoming};

/// How long open calls may go on after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// What one connection may hold: calls at a time, bytes of one call and of all that nobody has read yet.
const MOST_STREAMS: u32 = 1024;
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;
/// Past this the connection answers by itself; less than this, but too much, gets an answer of ours.
const LARGEST_HEADERS: u32 = 64 * 1024;

/// A server with the limits of a connection set. A peer that does not answer pings is gone.
#[must_use]
pub fn server() -> Server {
    Server::builder()
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
        .http2_max_header_list_size(LARGEST_HEADERS)
        .max_concurrent_streams(MOST_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(16 * 1024)
}

/// Where and how a service listens.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The address.
    pub listen: SocketAddr,
    /// TLS, or plain text.
    pub tls: Option<ServerTls>,
    /// What one caller may ask for.
    pub limits: LimitsConfig,
}

impl Edge {
    /// Plain text and the usual limits.
    #[must_use]
    pub fn plain(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            limits: LimitsConfig::default(),
        }
    }
}

/// Serves routes behind the gate until shutdown.
pub fn serve(
    routes: Routes,
    gate: Gate,
    edge: Edge,
    shutdown: Shutdown,
) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        let inside = Inside::new(gate, &edge.limits);
        serve_inside(routes, inside, edge, shutdown).await
    })
}

/// The same with what stands around the routes given, so that another entrance can share its counts; the
/// edge's own limits are not looked at.
pub fn serve_inside(
    routes: Routes,
    inside: Inside,
    edge: Edge,
    shutdown: Shutdown,
) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        let incoming = incoming(edge.listen, edge.tls)?;
        let stop = shutdown.clone();
        let serving = server()
            .layer(inside.from(Entrance::Behind))
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, async move { stop.wait().await });
        tokio::select! {
            served = serving => served.map_err(Fault::internal),
            () = async { shutdown.wait().await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    })
}

/// A channel that connects on first use and again whenever it must; an `https` address is trusted by the
/// machine's authorities.
///
/// # Errors
/// [`Fault::Internal`] when the url is malformed.
pub fn connect_lazy(url: &str) -> Result<Channel, Fault> {
    connect_with(url, &ClientTls::default())
}

/// The same, with TLS of our choice for an `https` address. With a certificate of our own nothing goes out
/// in plain text.
///
/// # Errors
/// [`Fault::Internal`] when the url is malformed, or plain while TLS is mutual.
pub fn connect_with(url: &str, tls: &ClientTls) -> Result<Channel, Fault> {
    let endpoint = Endpoint::from_shared(url.to_owned()).map_err(Fault::internal)?;
    let uri = endpoint.uri().clone();
    match (uri.scheme_str() == Some("https"), tls.mutual()) {
        (false, None) => Ok(patient(endpoint).connect_lazy()),
        (true, None) => Ok(patient(endpoint)
            .tls_config(tls.config())
            .map_err(Fault::internal)?
            .connect_lazy()),
        (false, Some(_)) => Err(Fault::internal(format!(
            "{url} is plain text; with mutual TLS services are called by https"
        ))),
        (true, Some(mtls)) => {
            let (mtls, name) = (mtls.clone(), tls.name().map(str::to_owned));
            // The library takes an `https` address for a wish for TLS of its own.
            let plain = url.replacen("https", "http", 1);
            let endpoint = Endpoint::from_shared(plain).map_err(Fault::internal)?;
            let connector = tower::service_fn({
                let uri = uri.clone();
                move |_| dial(uri.clone(), mtls.clone(), name.clone())
            });
            Ok(patient(endpoint)
                .origin(uri)
                .connect_with_connector_lazy(connector))
        }
    }
}

fn patient(endpoint: Endpoint) -> Endpoint {
    endpoint
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(3))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true)
}

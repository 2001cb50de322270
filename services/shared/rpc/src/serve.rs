//! Serving and connecting, written once over concrete types so that hyper and h2 are compiled once.

use std::net::SocketAddr;
use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};

use crate::Gate;

/// How long open calls may go on after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// Serves routes behind the gate until shutdown.
pub fn serve(
    routes: Routes,
    gate: Gate,
    listen: SocketAddr,
    shutdown: Shutdown,
) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        let incoming = TcpIncoming::bind(listen)
            .map_err(|error| Fault::Unavailable(format!("cannot listen on {listen}: {error}")))?
            .with_nodelay(Some(true));
        let stop = shutdown.clone();
        let serving = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .layer(gate)
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, async move { stop.wait().await });
        tokio::select! {
            served = serving => served.map_err(Fault::internal),
            () = async { shutdown.wait().await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    })
}

/// A channel that connects on first use and again whenever it must.
///
/// # Errors
/// [`Fault::Internal`] when the url is malformed.
pub fn connect_lazy(url: &str) -> Result<Channel, Fault> {
    let endpoint = Endpoint::from_shared(url.to_owned()).map_err(Fault::internal)?;
    Ok(endpoint
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(3))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true)
        .connect_lazy())
}

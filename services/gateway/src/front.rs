//! What stands behind the one port: HTTP routes, and gRPC behind the gate.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use jianyi_kernel::Fault;
use jianyi_rpc::{Gate, Gated, Limited, Limits, Wire, Wired};
use tonic::body::Body;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;
use tonic::{Response as Reply, Status};
use tower::{Layer as _, ServiceExt as _};

use crate::console::Console;
use crate::contracts::{Contracts, Method, text};
use crate::deadline::Deadline;
use crate::directory::Directory;
use crate::events::Events;
use crate::raw::{LARGEST, Outgoing, Raw};
use crate::{health, member, passage, sse};

/// What HTTP handlers need.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    pub(crate) gate: Gate,
    pub(crate) directory: Directory,
    pub(crate) events: Events,
    pub(crate) limits: Limits,
    console: Console,
    gated: Gated<Limited<Wired<Routes>>>,
}

/// Who may come in, and how often.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) gate: Gate,
    pub(crate) limits: Limits,
}

/// Puts everything behind one router. `own` are the gRPC services that the gateway answers itself.
pub(crate) fn router(
    guard: Guard,
    contracts: Contracts,
    directory: Directory,
    events: Events,
    console: Console,
    own: Routes,
) -> Router {
    let Guard { gate, limits } = guard;
    let switch = Switch {
        contracts,
        directory: directory.clone(),
    };
    let grpc = own.into_axum_router().fallback(move |request: Request| {
        let switch = switch.clone();
        async move { switch.pass(request).await }
    });
    let gated = gate.layer(limits.layer(Wire.layer(Routes::from(grpc))));
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/v1/events", get(sse::events))
        .fallback(other)
        .with_state(Front {
            gate,
            directory,
            events,
            limits,
            console,
            gated,
        })
}

async fn other(State(front): State<Front>, request: Request) -> Response {
    if passage::is_grpc(request.headers()) {
        return front.gated.oneshot(request).await.into_response();
    }
    front.console.answer(request).await
}

/// Sends calls of other services' methods where they belong.
#[derive(Debug, Clone)]
struct Switch {
    contracts: Contracts,
    directory: Directory,
}

impl Switch {
    async fn pass(&self, request: http::Request<HttpBody>) -> http::Response<Body> {
        let Some(method) = self.contracts.method(request.uri().path()) else {
            return jianyi_rpc::status(Fault::Denied).into_http();
        };
        match method.context() {
            "member" => {
                let this = self.clone();
                unary(request, move |request| {
                    let (this, method) = (this.clone(), method.clone());
                    async move { member::call(&this.directory, &method, request).await }
                })
                .await
            }
            "ops" => {
                let this = self.clone();
                unary(request, move |request| {
                    let (this, method) = (this.clone(), method.clone());
                    async move { this.operate(&method, request).await }
                })
                .await
            }
            context => match self.directory.service(context) {
                Ok(channel) => passage::forward(channel, &method, request).await,
                Err(_) => {
                    jianyi_rpc::status(Fault::Unavailable(format!("{context} is not served here")))
                        .into_http()
                }
            },
        }
    }

    /// `OpsService` of the instance that the request names.
    async fn operate(
        &self,
        method: &Method,
        request: tonic::Request<Bytes>,
    ) -> Result<Reply<Bytes>, Status> {
        let (metadata, _, bytes) = request.into_parts();
        let message = method.request(bytes.clone()).map_err(jianyi_rpc::status)?;
        let instance = text(&message, "service");
        let link = self
            .directory
            .instance(&instance)
            .map_err(jianyi_rpc::status)?;
        let outgoing = Outgoing {
            path: method.path.clone(),
            deadline: Deadline::of(metadata.as_ref()),
            metadata,
            repeatable: method.is_repeatable(&message),
        };
        outgoing
            .call(&link, &bytes)
            .await
            .map_err(|failure| failure.status(&instance))
    }
}

/// Answers a unary call whose messages stay bytes.
async fn unary<A, F>(request: http::Request<HttpBody>, answer: A) -> http::Response<Body>
where
    A: FnMut(tonic::Request<Bytes>) -> F + Send + 'static,
    F: Future<Output = Result<Reply<Bytes>, Status>> + Send + 'static,
{
    let mut grpc = tonic::server::Grpc::new(Raw)
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(LARGEST)
        .max_encoding_message_size(LARGEST);
    grpc.unary(tower::service_fn(answer), request).await
}

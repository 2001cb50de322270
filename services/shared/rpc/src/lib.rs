//! What every gRPC server and client here does the same way: authentication, policy, errors, paging, serving.
//!
//! Charter: the edge. Knows tonic and tokens, no database, no bus, no business noun. Policies are read
//! from descriptor bytes that it is given.

mod calling;
mod config;
mod connection;
mod deadline;
mod dial;
mod egress;
mod ending;
mod entrance;
mod from_files;
mod gate;
mod inside;
mod limits;
mod observed;
mod page;
mod policy;
mod request;
mod serve;
mod server_tls;
mod status;
mod tls;
mod token;
mod wire;

pub use calling::calling;
pub use config::RpcConfig;
pub use connection::{Connection, Peer, incoming};
pub use deadline::{DEFAULT_TIMEOUT, Deadlines, Timed, stated_timeout};
pub use egress::{Departing, Departure, Egress, EgressLedger, fields_of};
pub use entrance::{Entered, Entrance, peer_certificate};
pub use from_files::with_files;
pub use gate::{Gate, Gated};
pub use inside::{Inside, Way};
pub use limits::{Held, Limited, Limits, LimitsConfig};
pub use observed::{Observed, Watched};
pub use page::Page;
pub use policy::{MethodPolicy, Policies, Scope};
pub use request::{call, caller, require_request_id, reveal_call};
pub use serve::{Edge, connect_lazy, connect_with, serve, serve_inside, server};
pub use server_tls::{ClientCertificates, ServerMaterial, ServerTls};
pub use status::{answer, answer_revealed, answer_stream, malformed, status, timed_out, too_large};
pub use tls::{ClientTls, Mtls, MtlsConfig, read_pem};
pub use token::{ClaimGrant, Claims, ISSUER, KeyFetcher, TokenVerifier, branch_issuer};
pub use wire::{Wire, Wired};

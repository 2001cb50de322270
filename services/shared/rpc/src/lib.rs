//! What every gRPC server and client here does the same way: authentication, policy, errors, paging, serving.
//!
//! Charter: the edge. Knows tonic and tokens, no database, no bus, no business noun. Policies are read
//! from descriptor bytes that it is given.

mod config;
mod gate;
mod page;
mod policy;
mod request;
mod serve;
mod status;
mod token;

pub use config::RpcConfig;
pub use gate::{Gate, Gated};
pub use page::Page;
pub use policy::{MethodPolicy, Policies, Scope};
pub use request::{call, caller, require_request_id, reveal_call};
pub use serve::{connect_lazy, serve};
pub use status::{answer, answer_revealed, answer_stream, status};
pub use token::{ClaimGrant, Claims, ISSUER, KeyFetcher, TokenVerifier};

//! gRPC over the bus: unary calls to a place that nobody can connect to, because it only dials out itself.
//!
//! Charter: the way, and nothing on it. A call comes out at the other end as the HTTP request that it was,
//! before the same layers and handlers as on the service's own port; no method is known here (ADR 0018).

mod address;
mod client;
mod content;
mod frame;
mod head;
mod link;
mod refusal;
mod server;
mod unreached;

pub use client::{Line, Tunnel};
pub use link::{Link, Links};
pub use server::{Served, serve};
pub use unreached::Unreached;

//! Logs, traces, figures, tasks and the one way to stop: what every process needs before it does any work.
//!
//! Charter: the only crate that knows OpenTelemetry, and the only legal `tokio::spawn`. Logs go to
//! stderr, so that stdout stays free for what a command answers. Knows no business noun.

mod config;
mod context;
mod export;
pub mod figure;
mod init;
mod lines;
pub mod metrics;
mod sampler;
mod shutdown;
pub mod task;

pub use config::{LogFormat, TelemetryConfig};
pub use context::{failed, link, set_parent, traceparent, traceparent_of, until_now};
pub use export::Place;
pub use init::{Guard, LINES_ONLY, init, init_to};
pub use shutdown::Shutdown;

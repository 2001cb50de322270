//! What an operator may ask of every service, and the composition that every service runs by.
//!
//! Charter: starting, stopping, health, lag, dead letters and data keys, written once. It is the one shared crate
//! that knows `jianyi-proto`, and of it only `jianyi.ops.v1` and identity's published keys (ADR 0009).

mod audit;
mod cli;
mod config;
mod endpoint;
mod figures;
mod keeper;
mod keys;
mod patience;
mod run;
mod site;
mod spec;
mod tunnel;

pub use cli::main;
pub use config::{ServiceConfig, Settings};
pub use run::run;
pub use site::{ListedCounties, Site};
pub use spec::{Background, Ledger, Parts, Prepare, ServiceSpec};

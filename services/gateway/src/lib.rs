//! The one front door: gRPC, HTTP and live events of all services and counties behind one port.
//!
//! It owns no data. It knows the contracts as descriptors, not as code: a new RPC of a service behind it
//! needs no change here. It authenticates and authorises, and the services do so again.

mod api;
mod cli;
mod config;
mod console;
mod contracts;
mod counties_file;
mod county;
mod data_owners;
mod deadline;
mod directory;
mod events;
mod front;
mod health;
mod http_error;
mod joined;
mod keys;
mod member;
mod pages;
mod passage;
mod raw;
mod route;
mod run;
mod sealed;
mod sse;
mod tls;
mod tls_args;
mod unreachable;
mod web;

pub use cli::main;
pub use config::{GatewayArgs, GatewayConfig};
pub use console::Console;
pub use run::run;
pub use tls::{AUTHORITY_FILE, Tls};
pub use tls_args::{TlsArgs, TlsMode};

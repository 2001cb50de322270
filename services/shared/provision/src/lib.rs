//! Finds or fetches real Postgres and NATS binaries and runs them as child processes under one data directory;
//! finds or fetches Node.js for whoever builds with it.
//!
//! Why: `jianyi up`, the end-to-end tests and a developer's laptop must all meet the real servers,
//! not imitations, without asking anyone to install or configure them first.
//! What is given (a URL, a binary) is used; what is missing is found, then fetched, then asked for in one line.

mod advice;
mod child;
mod ephemeral;
mod error;
pub mod federation;
mod fetch;
mod files;
mod layout;
mod lock;
mod log;
mod nats;
mod node;
mod options;
mod orphans;
mod pip;
mod ports;
mod postgres;
mod probe;
mod run_as;
mod secret;
mod secrets;
mod up;

pub use ephemeral::Ephemeral;
pub use error::{Error, Result};
pub use layout::Layout;
pub use lock::Lock;
pub use nats::{CitySite, CountySite, Nats, Role, Site};
pub use node::Node;
pub use options::{Options, Progress};
pub use ports::{Ports, free_port};
pub use postgres::{Postgres, client_tools};
pub use secret::Secret;
pub use secrets::{Secrets, new_password};
pub use up::{Provisioned, up, up_site};

//! Everything on one machine: the `World` that `jianyi up`, the tests and a developer all run.
//!
//! Charter: knows every service, and is known only by tests. Whatever it starts is the real thing:
//! real Postgres, real NATS, gRPC on loopback, no short cut through memory.

pub mod cli;
pub mod client;
mod console;
pub mod load;
pub mod program_key;
pub mod site;
mod synth;
pub mod world;

pub use jianyi_oversight::report_json;

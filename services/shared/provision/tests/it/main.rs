//! Real processes only: what this crate promises is about kills, leftovers and other people's machines.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

mod federation;
mod fetch;
mod instance;
mod nats;
mod node;
mod postgres;

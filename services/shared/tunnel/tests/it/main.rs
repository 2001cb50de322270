//! Calls through a real broker into a real stack: gate, limits, wording, and handlers of the test.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on is a test that failed"
)]

mod calls;
mod hostile;
mod sizes;
mod unreached;
mod world;

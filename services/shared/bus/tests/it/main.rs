//! The way of an event from commit to effect, over a real broker and a real database that come and go.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on is a test that failed"
)]

mod addressed;
mod asked;
mod consumer;
mod dead_letters;
mod federation;
mod relayed;
mod upgraded;
mod watching;
mod world;

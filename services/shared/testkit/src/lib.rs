//! What tests of one service need: a real Postgres, a database per test, a served API and a token.
//!
//! Charter: a development dependency only. Nothing here stands in for a part of ours; the service
//! under test runs as it does in production, without the bus, whose deliveries the test makes by hand.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set itself up has nothing better to do than to fail loudly"
)]

mod authenticator;
mod eventually;
mod logs;
mod postgres;
pub mod rls;
mod service;
mod tokens;

pub use authenticator::authenticator;
pub use eventually::patience;
pub use logs::{EVERYTHING, logs, take_logs};
pub use postgres::fresh_database;
pub use service::{TestService, WORKING_ROLES};
pub use tokens::{Bearer, TestChannel, TestTokens};

//! Care against a real Postgres, through its own gRPC API and its own event handlers.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails loudly")]

mod activities;
mod bookings;
mod counts;
mod entitlements;
mod expenses;
mod festivals;
mod heroes;
mod row_scope;
mod sealed;
mod world;

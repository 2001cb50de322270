//! Oversight against a real Postgres, through its own gRPC API and its own event handlers; the rebuild
//! against a real NATS too.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails loudly")]

mod assessment;
mod county_sites;
mod governance;
mod planning;
mod projection;
mod rebuild;
mod records;
mod report;
mod row_scope;
mod world;

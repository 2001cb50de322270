//! The member service on a real Postgres, called over gRPC as any client would.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected has to fail"
)]

mod confidential;
mod consents;
mod count_statements;
mod county;
mod divisions;
mod egress;
mod handover_network;
mod handovers;
mod heroes;
mod org_units;
mod people;
mod privacy;
mod reveals;
mod roles;
mod sealing;
mod search;
mod subject_requests;
mod support;

//! What the contracts promise, as snapshots: a change is a visible diff.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

mod authz_matrix;
mod error_reasons;
mod event_catalogue;
mod figures;
mod masking;
mod no_personal_data;
mod proto_style;
mod source;

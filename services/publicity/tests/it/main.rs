//! Publicity on a real Postgres, story by story.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod campaigns;
mod counts;
mod events;
mod exchanges;
mod media;
mod places;
mod row_scope;
mod safety;
mod sources;
mod stories;
mod support;

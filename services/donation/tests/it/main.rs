//! The donation service on real Postgres, story by story.

#![expect(
    clippy::unwrap_used,
    reason = "a story that cannot set itself up fails at the line that failed"
)]

mod books;
mod campaigns;
mod desk;
mod donations;
mod donors;
mod expenses;
mod registers;
mod reports;
mod row_scope;

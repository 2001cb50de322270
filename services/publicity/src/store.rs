//! SQL and nothing else, one file per table.
//!
//! Every `insert` is one statement that either inserts or returns the row that states the same fact
//! already; two clerks at the same instant cannot both succeed.

pub(crate) mod bus_lines;
pub(crate) mod carriers;
pub(crate) mod count_statements;
pub(crate) mod events;
pub(crate) mod exchanges;
pub(crate) mod media_items;
pub(crate) mod outlets;
pub(crate) mod silences;
pub(crate) mod six_enter_campaigns;
pub(crate) mod six_enter_sessions;
pub(crate) mod source_documents;
pub(crate) mod stories;
pub(crate) mod venues;
pub(crate) mod we_chat_posts;

use jianyi_db::SealedColumn;
use jianyi_kernel::{Fault, FuzzyDate, Id, IdKind};
use time::Date;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 4] = [
    SealedColumn::new("exchanges", "sealed_leader", "exchanges/{id}/leader"),
    SealedColumn::new("media_items", "sealed_authors", "media_items/{id}/authors"),
    SealedColumn::new(
        "source_documents",
        "sealed_text",
        "source_documents/{id}/text",
    ),
    SealedColumn::new("stories", "sealed_text", "stories/{id}/text"),
];

/// Refuses when the natural key belonged to another row.
fn only_one<T: IdKind>(mine: Id<T>, kept: Id<T>) -> Result<(), Fault> {
    if mine == kept {
        Ok(())
    } else {
        Err(Fault::Exists(kept.name()))
    }
}

/// First and last day as columns.
fn days(on: &FuzzyDate) -> (Option<Date>, Option<Date>) {
    on.span().unzip()
}

/// A failure to open a sealed column, as sqlx wants it inside a row mapping.
fn undecodable(fault: Fault) -> sqlx::Error {
    sqlx::Error::Decode(fault.into())
}

//! The rules of oversight, pure: no clock, no database, no network.
//!
//! Invariants: a governance body's meetings are numbered in the order of their dates (V-122); a published
//! rubric never changes and its known weights make 100 (V-117, O02); a chronicle's stages follow each
//! other; one document may be adopted by several bodies, each with its own resolution (V-121). The report
//! is a pure function of facts, and facts are the same whatever the order their events arrived in.

pub(crate) mod body;
pub(crate) mod chronicle;
pub(crate) mod codes;
pub(crate) mod count_statement;
pub(crate) mod county_site;
pub(crate) mod county_watch;
pub(crate) mod document;
pub(crate) mod fact;
pub(crate) mod goal;
pub(crate) mod honour;
pub(crate) mod meeting;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod resolution;
pub(crate) mod rubric;
pub(crate) mod score;
pub(crate) mod study;
pub(crate) mod task;

use jianyi_kernel::{Id, Timestamp};
use uuid::Uuid;

/// The service whose rules these are, as errors name it.
pub(crate) const DOMAIN: &str = "oversight.jianyi";

/// A record with what storage adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored<T> {
    /// Its id.
    pub(crate) id: Id<T>,
    /// Counts its changes, from 1.
    pub(crate) version: i64,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// The record itself.
    pub(crate) it: T,
}

impl<T> Stored<T> {
    /// A record that is new.
    pub(crate) const fn new(id: Id<T>, now: Timestamp, it: T) -> Self {
        Self {
            id,
            version: 1,
            created_at: now,
            it,
        }
    }

    /// Where it stands in a list.
    pub(crate) const fn position(&self) -> (Timestamp, Uuid) {
        (self.created_at, self.id.as_uuid())
    }
}

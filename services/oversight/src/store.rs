//! The tables, one file each: SQL and nothing else.

pub(crate) mod break_glass;
pub(crate) mod chronicle_projects;
pub(crate) mod chronicle_stages;
pub(crate) mod count_statements;
pub(crate) mod county_arrivals;
pub(crate) mod county_sites;
pub(crate) mod county_watches;
pub(crate) mod documents;
pub(crate) mod facts;
pub(crate) mod generations;
pub(crate) mod goals;
pub(crate) mod governance_bodies;
pub(crate) mod honours;
pub(crate) mod meetings;
pub(crate) mod plan_tasks;
pub(crate) mod plans;
pub(crate) mod resolutions;
pub(crate) mod rubrics;
pub(crate) mod scores;
pub(crate) mod study_pairs;
pub(crate) mod study_sessions;
pub(crate) mod watermarks;

use jianyi_kernel::{Id, Timestamp};
use uuid::Uuid;

/// Which rows of a table are asked for: one of them, or a page in order of `(created_at, id)`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    /// Only this row.
    pub(crate) id: Option<Uuid>,
    /// Only rows that belong to this one.
    pub(crate) parent: Option<Uuid>,
    /// Only rows of this year.
    pub(crate) year: Option<i32>,
    /// Only rows after this position.
    pub(crate) after_time: Option<Timestamp>,
    /// Only rows after this position.
    pub(crate) after_id: Option<Uuid>,
    /// At most this many.
    pub(crate) limit: i64,
}

impl Window {
    /// One row.
    pub(crate) fn one<T>(id: Id<T>) -> Self {
        Self {
            id: Some(id.as_uuid()),
            limit: 1,
            ..Self::default()
        }
    }

    /// All rows that belong to another, where there are few.
    pub(crate) fn children_of<P>(parent: Id<P>) -> Self {
        Self {
            parent: Some(parent.as_uuid()),
            limit: i64::from(u16::MAX),
            ..Self::default()
        }
    }
}

//! The commands, one file each, and what they all need.

pub(crate) mod add_county_site;
pub(crate) mod advance_chronicle;
pub(crate) mod copy_rubric;
pub(crate) mod create_chronicle_project;
pub(crate) mod create_chronicle_stage;
pub(crate) mod create_count_statement;
pub(crate) mod create_document;
pub(crate) mod create_goal;
pub(crate) mod create_governance_body;
pub(crate) mod create_honour;
pub(crate) mod create_meeting;
pub(crate) mod create_plan;
pub(crate) mod create_plan_task;
pub(crate) mod create_resolution;
pub(crate) mod create_rubric;
pub(crate) mod create_score;
pub(crate) mod create_study_pair;
pub(crate) mod create_study_session;
pub(crate) mod export_report;
pub(crate) mod publish_rubric;
pub(crate) mod remove_county_site;
pub(crate) mod update_county_site;
pub(crate) mod update_rubric_indicators;
pub(crate) mod update_task_progress;

use jianyi_bus::Bus;
use jianyi_db::Db;
use jianyi_kernel::{Fault, Id, IdKind};
use jianyi_telemetry::Shutdown;

use crate::domain::Stored;

/// What handlers work with.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// The database.
    pub(crate) db: Db,
    /// The bus, for rebuilding; absent in tests of this service alone.
    pub(crate) bus: Option<Bus>,
    /// When to stop.
    pub(crate) shutdown: Shutdown,
}

/// The one row that was asked for.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) fn found<T: IdKind>(id: Id<T>, rows: Vec<Stored<T>>) -> Result<Stored<T>, Fault> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Checks that the caller has seen the newest version; an empty etag means it does not care.
///
/// # Errors
/// [`Fault::Stale`] when it has not.
pub(crate) fn fresh<T: IdKind>(row: &Stored<T>, etag: &str) -> Result<(), Fault> {
    if etag.is_empty() || etag == row.version.to_string() {
        return Ok(());
    }
    Err(Fault::Stale(row.id.name()))
}

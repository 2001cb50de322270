//! Rows of the division table: which codes exist, since when, by which standard.

use jianyi_kernel::{Division, Timestamp};
use time::Date;
use uuid::Uuid;

/// Which standard a code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Kind {
    /// GB/T 2260, which ends at the county.
    Gbt2260,
    /// 国家统计局 only: townships and development zones.
    Statistical,
}

/// How far down a division stands. Not derived from the code: a zone is counted like a county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Level {
    Province,
    City,
    County,
    Township,
}

/// A division during a period.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: Uuid,
    pub(crate) created_at: Timestamp,
    pub(crate) code: Division,
    pub(crate) display_name: String,
    pub(crate) kind: Kind,
    pub(crate) level: Level,
    pub(crate) parent: Option<Division>,
    pub(crate) valid_from: Option<Date>,
    pub(crate) valid_to: Option<Date>,
    pub(crate) successor: Option<Division>,
}

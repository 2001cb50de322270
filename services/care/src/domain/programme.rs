//! Yearly programmes: what activities of one year belong together.

use jianyi_kernel::{Division, Timestamp};

use super::id::ProgrammeId;

/// What a programme is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ProgrammeGroup {
    /// 节日慰问
    Condolence,
    /// 健康休养
    Recuperation,
    /// 子女关爱
    Children,
    /// 体检义诊
    Health,
    /// 优待政策
    Benefit,
}

/// A yearly programme.
#[derive(Debug, Clone)]
pub(crate) struct Programme {
    /// Its id.
    pub(crate) id: ProgrammeId,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// Calendar year.
    pub(crate) year: i32,
    /// As the association writes it.
    pub(crate) title: String,
    /// What it is about.
    pub(crate) programme_group: ProgrammeGroup,
    /// Where.
    pub(crate) division: Division,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

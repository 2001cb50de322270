//! Outlets: who reports, and whether what they report counts.

use jianyi_kernel::IdKind;

use super::{Origin, Title};

/// Kinds of outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum OutletKind {
    Newspaper,
    Tv,
    Online,
    Other,
}

/// A newspaper, station or site.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    pub(crate) title: Title,
    pub(crate) kind: OutletKind,
    /// Whether its items count into the yearly total.
    pub(crate) counted: bool,
    pub(crate) columns: Vec<String>,
    pub(crate) origin: Origin,
}

impl IdKind for Outlet {
    const COLLECTION: &'static str = "outlets";
}

//! The service's tables, one file each: SQL and nothing else.

pub(crate) mod count_statements;
pub(crate) mod divisions;
pub(crate) mod heroes;
pub(crate) mod instance;
pub(crate) mod org_unit_names;
pub(crate) mod org_units;
pub(crate) mod people;
pub(crate) mod people_keys;
pub(crate) mod roles;

use jianyi_kernel::Timestamp;
use uuid::Uuid;

/// Where a page begins and how many rows it may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) after_time: Option<Timestamp>,
    pub(crate) after_id: Option<Uuid>,
    pub(crate) limit: i64,
}

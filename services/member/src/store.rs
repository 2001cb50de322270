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

use jianyi_db::SealedColumn;
use jianyi_kernel::Timestamp;
use uuid::Uuid;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 7] = [
    SealedColumn::new("people", "full_name", "people/{id}/full_name"),
    SealedColumn::new("people", "citizen_id", "people/{id}/citizen_id"),
    SealedColumn::new("people", "document_number", "people/{id}/document_number"),
    SealedColumn::new("people", "phone", "people/{id}/phone"),
    SealedColumn::new("people", "birth_date", "people/{id}/birth_date"),
    SealedColumn::new(
        "heroes",
        "confidentiality_ground",
        "heroes/{id}/confidentiality_ground",
    ),
    SealedColumn::new(
        "heroes",
        "revocation_reason",
        "heroes/{id}/revocation_reason",
    ),
];

/// Where a page begins and how many rows it may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) after_time: Option<Timestamp>,
    pub(crate) after_id: Option<Uuid>,
    pub(crate) limit: i64,
}

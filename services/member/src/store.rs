//! The service's tables, one file each: SQL and nothing else.

pub(crate) mod announced_days;
pub(crate) mod consents;
pub(crate) mod count_statements;
pub(crate) mod departed;
pub(crate) mod divisions;
pub(crate) mod egress;
pub(crate) mod handovers;
pub(crate) mod heroes;
pub(crate) mod instance;
pub(crate) mod org_unit_names;
pub(crate) mod org_units;
pub(crate) mod people;
pub(crate) mod people_keys;
mod people_sealed;
pub(crate) mod people_words;
pub(crate) mod records;
pub(crate) mod roles;
pub(crate) mod seal_releases;
pub(crate) mod subject_requests;

use jianyi_db::SealedColumn;
use jianyi_kernel::Timestamp;
use uuid::Uuid;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 11] = [
    SealedColumn::new("people", "full_name", "people/{id}/full_name").owned_by("people/{id}"),
    SealedColumn::new("people", "citizen_id", "people/{id}/citizen_id").owned_by("people/{id}"),
    SealedColumn::new("people", "document_number", "people/{id}/document_number")
        .owned_by("people/{id}"),
    SealedColumn::new("people", "phone", "people/{id}/phone").owned_by("people/{id}"),
    SealedColumn::new("people", "birth_date", "people/{id}/birth_date").owned_by("people/{id}"),
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
    SealedColumn::new("consents", "evidence", "consents/{id}/evidence"),
    SealedColumn::new(
        "subject_requests",
        "evidence",
        "subject_requests/{id}/evidence",
    ),
    SealedColumn::new(
        "subject_requests",
        "refusal_reason",
        "subject_requests/{id}/refusal_reason",
    ),
    SealedColumn::new("handovers", "private_key", "handovers/{id}/private_key"),
];

/// Where a page begins and how many rows it may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) after_time: Option<Timestamp>,
    pub(crate) after_id: Option<Uuid>,
    pub(crate) limit: i64,
}

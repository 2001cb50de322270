//! The rules of organisations and people, free of storage, wire and clock.
//!
//! Invariants: a unit hangs only under kinds that may carry it; an identity number of eighteen
//! characters belongs to one person; a role is a half-open span of days; a hero is either public or
//! sealed, and nothing that leaves a sealed one can name more than its id; one source says one number.

pub(crate) mod calendar;
pub(crate) mod consent;
pub(crate) mod count_statement;
pub(crate) mod county;
pub(crate) mod division;
pub(crate) mod full_name;
pub(crate) mod handover;
pub(crate) mod hero;
pub(crate) mod org_unit;
pub(crate) mod person;
pub(crate) mod phone;
pub(crate) mod role;
pub(crate) mod subject_request;

/// The service whose rules these are, as errors name it.
const DOMAIN: &str = "member.jianyi";

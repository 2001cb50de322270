//! The rules of care, pure: no clock, no database, no wire.
//!
//! In words: an activity moves planned → closed or planned → cancelled. Nobody is in two activities on
//! one day. A child under 14 goes only with a guardian's consent. A benefit holds from its first day
//! until its last, until it is ended, and never beyond the day its hero ceases to be one. Whatever
//! order events about a hero arrive in, the same knowledge comes out.

pub(crate) mod activity;
pub(crate) mod count_statement;
pub(crate) mod expense_request;
pub(crate) mod festival_round;
pub(crate) mod grant;
pub(crate) mod hero;
pub(crate) mod id;
pub(crate) mod participant;
pub(crate) mod policy;
pub(crate) mod programme;
pub(crate) mod visit;

/// The service named in errors.
pub(crate) const DOMAIN: &str = "care.jianyi";

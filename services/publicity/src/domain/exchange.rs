//! Study tours, inbound visits and field surveys: one register, never mixed in a count (P17).

use jianyi_kernel::{Division, FuzzyDate, IdKind, Pii};

use super::{Origin, Title};

/// Kinds of exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ExchangeKind {
    StudyTour,
    InboundVisit,
    FieldSurvey,
}

/// A tour, visit or survey.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) kind: ExchangeKind,
    pub(crate) title: Title,
    pub(crate) held_on: FuzzyDate,
    pub(crate) partner: String,
    pub(crate) partner_division: Option<Division>,
    pub(crate) place: String,
    pub(crate) leader: Option<Pii<String>>,
    pub(crate) findings: String,
    pub(crate) origin: Origin,
}

impl IdKind for Exchange {
    const COLLECTION: &'static str = "exchanges";
}

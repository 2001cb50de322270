//! Carriers (载体): screens and boards, often known only as "some".

use jianyi_kernel::{Count, FuzzyDate, IdKind};
use time::Date;

use super::inspection::{Error, Inspections};
use super::{Origin, Recorded, Title};

/// Kinds of carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum CarrierKind {
    Screen,
    BusStopBoard,
}

/// A group of carriers.
#[derive(Debug, Clone)]
pub(crate) struct Carrier {
    pub(crate) kind: CarrierKind,
    pub(crate) title: Title,
    pub(crate) place: String,
    pub(crate) quantity: Count,
    pub(crate) installed_on: FuzzyDate,
    pub(crate) inspections: Inspections,
    pub(crate) origin: Origin,
}

impl IdKind for Carrier {
    const COLLECTION: &'static str = "carriers";
}

impl Recorded<Carrier> {
    /// Notes an inspection.
    pub(crate) fn inspected(self, on: Date, today: Date) -> Result<Self, Error> {
        let inspections = self.fact.inspections.inspected(on, today)?;
        let fact = Carrier {
            inspections,
            ..self.fact.clone()
        };
        Ok(self.changed(fact))
    }
}

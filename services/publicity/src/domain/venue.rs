//! Fixed venues (固定阵地).

use jianyi_kernel::{FuzzyDate, IdKind};
use time::Date;

use super::inspection::{Error, Inspections};
use super::{Origin, Recorded, Title};

/// A place kept for publicity.
#[derive(Debug, Clone)]
pub(crate) struct Venue {
    pub(crate) title: Title,
    pub(crate) partner: String,
    pub(crate) opened_on: FuzzyDate,
    pub(crate) inspections: Inspections,
    pub(crate) origin: Origin,
}

impl IdKind for Venue {
    const COLLECTION: &'static str = "venues";
}

impl Recorded<Venue> {
    /// Notes an inspection.
    pub(crate) fn inspected(self, on: Date, today: Date) -> Result<Self, Error> {
        let inspections = self.fact.inspections.inspected(on, today)?;
        let fact = Venue {
            inspections,
            ..self.fact.clone()
        };
        Ok(self.changed(fact))
    }
}

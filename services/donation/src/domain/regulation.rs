//! The register of laws and rules the money follows, with the time they are in force (S36).

use jianyi_kernel::{Division, FuzzyDate, Id, IdKind, Provenance, Timestamp, Violation};

/// Marks ids of regulations.
#[derive(Debug)]
pub(crate) enum Regulations {}
impl IdKind for Regulations {
    const COLLECTION: &'static str = "regulations";
}
pub(crate) type RegulationId = Id<Regulations>;

/// A regulation in one version.
#[derive(Debug, Clone)]
pub(crate) struct Regulation {
    pub(crate) id: RegulationId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) title: String,
    pub(crate) issuer: String,
    pub(crate) document_no: String,
    pub(crate) edition: String,
    pub(crate) in_force_from: FuzzyDate,
    pub(crate) repealed_on: FuzzyDate,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// A regulation is not repealed before it is in force.
///
/// # Errors
/// A [`Violation`] on `regulation.repealed_on`.
pub(crate) fn in_order(
    in_force_from: &FuzzyDate,
    repealed_on: &FuzzyDate,
) -> Result<(), Violation> {
    if let (Some((from, _)), Some((_, repealed))) = (in_force_from.span(), repealed_on.span())
        && repealed < from
    {
        return Err(Violation::new(
            "regulation.repealed_on",
            "PERIOD_REVERSED",
            "the regulation is repealed before it is in force".into(),
            "废止日期早于施行日期,请核对",
        ));
    }
    Ok(())
}

impl Regulation {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regulation_is_repealed_after_it_was_in_force() {
        let fuzzy = |text| FuzzyDate::parse("on", text).unwrap();
        assert!(in_order(&fuzzy("2005-01-01"), &fuzzy("2025-12-31")).is_ok());
        assert!(in_order(&fuzzy("2005-01-01"), &fuzzy("")).is_ok());
        assert!(in_order(&fuzzy("2005"), &fuzzy("2005")).is_ok());
        assert!(in_order(&fuzzy("2005-01-01"), &fuzzy("2004-12-31")).is_err());
    }
}

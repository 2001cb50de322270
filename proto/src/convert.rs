//! Between the kernel's words and the shared messages of `jianyi.api.v1`.

use jianyi_kernel::{Count, Division, FuzzyDate, Modality, Provenance, Timestamp, Violation};

use crate::api::v1 as pb;

impl From<Count> for pb::Count {
    fn from(count: Count) -> Self {
        let modality = match count.modality() {
            Modality::Unknown => pb::Modality::Unspecified,
            Modality::Exact => pb::Modality::Exact,
            Modality::AtLeast => pb::Modality::AtLeast,
            Modality::Approx => pb::Modality::Approx,
        };
        Self {
            value: count.value(),
            modality: modality.into(),
        }
    }
}

/// Reads a count; an absent message is an unknown count.
///
/// # Errors
/// A [`Violation`] on `field` when value and modality do not fit.
pub fn count(field: &str, wire: Option<pb::Count>) -> Result<Count, Violation> {
    let Some(wire) = wire else {
        return Ok(Count::UNKNOWN);
    };
    let modality = match wire.modality() {
        // A bare number is meant exactly.
        pb::Modality::Unspecified if wire.value.is_some() => Modality::Exact,
        pb::Modality::Unspecified => Modality::Unknown,
        pb::Modality::Exact => Modality::Exact,
        pb::Modality::AtLeast => Modality::AtLeast,
        pb::Modality::Approx => Modality::Approx,
    };
    Count::new(field, wire.value, modality)
}

impl From<Provenance> for pb::Provenance {
    fn from(provenance: Provenance) -> Self {
        Self {
            sources: provenance.sources,
            locations: provenance.locations,
        }
    }
}

/// Reads a provenance; an absent message is an empty one.
///
/// # Errors
/// A [`Violation`] when a code is not a code.
pub fn provenance(wire: Option<pb::Provenance>) -> Result<Provenance, Violation> {
    let wire = wire.unwrap_or_default();
    Provenance::parse(wire.sources, wire.locations)
}

/// The common part of an event. Words of the source (`年初`) stay behind: events carry codes only.
#[must_use]
pub fn fact(division: &Division, on: &FuzzyDate, provenance: &Provenance) -> pb::Fact {
    pb::Fact {
        division: division.county().to_string(),
        on: on.canonical().into(),
        sources: provenance.sources.clone(),
        occurrences: provenance.occurrences(),
    }
}

/// An instant for the wire.
#[must_use]
pub fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    let (seconds, nanos) = at.to_unix();
    prost_types::Timestamp { seconds, nanos }
}

//! Condolence rounds on the wire.

use jianyi_kernel::{Clock, Count, Division, Fault, Provenance, Violation, Violations};
use jianyi_proto::care::{events::v1 as events, v1 as pb};
use jianyi_proto::convert::timestamp;

use super::{
    OnTheWire as _, count, division, on_the_wire, provenance, provenance_reply, required, stated,
    year,
};
use crate::domain::festival_round::{Coverage, Festival, Round};
use crate::domain::id::RoundId;

on_the_wire!(
    Festival,
    events::Festival,
    Spring,
    DragonBoat,
    MidAutumn,
    DoubleNinth
);

/// A round to open; its day comes from the lunar table.
#[derive(Debug)]
pub(crate) struct NewRound {
    /// The id to record it under.
    pub(crate) id: RoundId,
    /// Which festival.
    pub(crate) festival: Festival,
    /// Of which year.
    pub(crate) year: i32,
    /// Coverage as stated.
    pub(crate) stated_coverage_percent: Count,
    /// Where.
    pub(crate) division: Division,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

/// Reads what a client wants opened.
pub(crate) fn parse(wire: Option<pb::FestivalRound>, clock: &Clock) -> Result<NewRound, Fault> {
    let wire = required("festival_round", wire)?;
    let mut v = Violations::new();
    let festival = stated(&mut v, "festival_round.festival", wire.festival());
    let year = year(&mut v, "festival_round.year", wire.year);
    let percent = count(
        &mut v,
        "festival_round.stated_coverage_percent",
        wire.stated_coverage_percent,
    );
    if percent
        .and_then(Count::value)
        .is_some_and(|percent| percent > 100)
    {
        v.push(Violation::new(
            "festival_round.stated_coverage_percent",
            "PERCENT_OUT_OF_RANGE",
            "coverage is at most 100 percent".into(),
            "覆盖率不能超过 100%",
        ));
    }
    let division = division(&mut v, "festival_round.division", &wire.division);
    let provenance = provenance(&mut v, "festival_round", wire.provenance);
    let build = || {
        Some(NewRound {
            id: clock.new_id(),
            festival: festival?,
            year: year?,
            stated_coverage_percent: percent?,
            division: division?,
            provenance: provenance?,
        })
    };
    v.finish_with(build())
}

impl From<&Round> for pb::FestivalRound {
    fn from(round: &Round) -> Self {
        Self {
            name: round.id.name(),
            festival: round.festival.to_wire().into(),
            year: round.year,
            festival_day: round.festival_day.to_string(),
            stated_coverage_percent: Some(round.stated_coverage_percent.into()),
            division: round.division.to_string(),
            provenance: Some(provenance_reply(&round.sources, &round.locations)),
            create_time: Some(timestamp(round.created_at)),
        }
    }
}

/// A reply about coverage: numbers, no names.
pub(crate) fn coverage_reply(round: &Round, coverage: &Coverage) -> pb::RoundCoverage {
    pb::RoundCoverage {
        round: round.id.name(),
        eligible: coverage.eligible,
        visited: coverage.visited,
        opted_out: coverage.opted_out,
        computed_percent: coverage.percent(),
        stated_coverage_percent: Some(round.stated_coverage_percent.into()),
    }
}

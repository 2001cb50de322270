//! Visits on the wire.

use jianyi_kernel::{Clock, Fault, Violations};
use jianyi_proto::care::v1 as pb;
use jianyi_proto::convert::timestamp;
use jianyi_proto::name;

use super::{OnTheWire, fuzzy, hero, on_the_wire, provenance, provenance_reply, required, stated};
use crate::domain::visit::{Visit, VisitMode, VisitOutcome};

on_the_wire!(
    VisitMode,
    pb::VisitMode,
    Home,
    WorkUnit,
    School,
    VillageCommittee
);
on_the_wire!(
    VisitOutcome,
    pb::VisitOutcome,
    Visited,
    OptedOut,
    Unreachable
);

/// Reads what a client wants recorded.
pub(crate) fn parse(request: pb::CreateVisitRequest, clock: &Clock) -> Result<Visit, Fault> {
    let wire = required("visit", request.visit)?;
    let mut v = Violations::new();
    let round = v.take(name::parse("parent", &request.parent));
    let hero = hero(&mut v, "visit.hero", &wire.hero);
    let mode = stated(&mut v, "visit.mode", wire.mode());
    let visited_on = fuzzy(&mut v, "visit.visited_on", &wire.visited_on);
    let visitor_org = v.text("visit.visitor_org", &wire.visitor_org, 200);
    let outcome = VisitOutcome::from_wire(wire.outcome()).unwrap_or(VisitOutcome::Visited);
    let provenance = provenance(&mut v, "visit", wire.provenance);
    let build = || {
        let provenance = provenance?;
        Some(Visit {
            id: clock.new_id(),
            created_at: clock.now(),
            round: round?,
            hero: hero?,
            mode: mode?,
            visited_on: visited_on?,
            visitor_org: visitor_org?,
            outcome,
            with_media: wire.with_media,
            sources: provenance.sources,
            locations: provenance.locations,
        })
    };
    v.finish_with(build())
}

impl From<&Visit> for pb::Visit {
    fn from(visit: &Visit) -> Self {
        Self {
            name: name::child(visit.round, visit.id),
            hero: visit.hero.clone(),
            mode: visit.mode.to_wire().into(),
            visited_on: visit.visited_on.to_string(),
            visitor_org: visit.visitor_org.clone(),
            outcome: visit.outcome.to_wire().into(),
            with_media: visit.with_media,
            provenance: Some(provenance_reply(&visit.sources, &visit.locations)),
            create_time: Some(timestamp(visit.created_at)),
        }
    }
}

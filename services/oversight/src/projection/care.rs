//! What the care service's events mean.

use jianyi_proto::care::events::v1 as ev;

use crate::domain::fact::{Measures, State};
use crate::projection::reading::{
    Reading, Table, counted, current, kind, known, moved, named, statement, told,
};

const BENEFIT: &str = "BENEFIT_KIND_";

fn activity(kind_of: ev::ActivityKind) -> String {
    kind("care.activity", "ACTIVITY_KIND_", kind_of.as_str_name())
}

/// Fills the table.
pub(crate) fn readings(table: &mut Table) {
    table.on(|e: ev::ActivityPlanned| {
        told(
            e.activity.clone(),
            activity(e.kind()),
            e.fact,
            Measures::default(),
            State::Planned,
        )
    });
    table.on(|e: ev::ActivityClosed| {
        let measures = Measures {
            batch_no: known(e.batch_no),
            days: known(e.days),
            destinations: e.destinations.clone(),
            count: counted(e.participants)?,
            ..Measures::default()
        };
        current(e.activity.clone(), activity(e.kind()), e.fact, measures)
    });
    table.on(|e: ev::ActivityCancelled| moved(e.activity, State::Cancelled, e.fact));
    table.on(|e: ev::FestivalRoundOpened| {
        let measures = Measures {
            year: Some(e.year),
            percent: counted(e.coverage_percent)?,
            ..Measures::default()
        };
        current(
            e.round.clone(),
            kind(
                "care.festival_round",
                "FESTIVAL_",
                e.festival().as_str_name(),
            ),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::PolicyAdopted| {
        let measures = Measures {
            points: counted(e.points)?,
            ..Measures::default()
        };
        current(
            e.policy.clone(),
            kind("care.policy", BENEFIT, e.benefit().as_str_name()),
            e.fact,
            measures,
        )
    });
    // The hero is a fact of the member service; a second row would outlive a sealing.
    table.on(|_: ev::HeroBecameEligible| Ok(Reading::Quiet));
    table.on(|e: ev::EntitlementGranted| {
        current(
            e.grant.clone(),
            kind("care.entitlement", BENEFIT, e.benefit().as_str_name()),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::EntitlementEnded| moved(e.grant, State::Ended, e.fact));
    table.on(|e: ev::ExpenseRequested| {
        let measures = Measures {
            amount_fen: Some(e.amount_fen),
            parent: named(e.activity),
            ..Measures::default()
        };
        current(e.request, "care.expense_request".into(), e.fact, measures)
    });
    table.on(|e: ev::CountStated| statement("care", e.statement, e.fact, e.subject, e.count));
}

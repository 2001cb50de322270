//! The whole publish side of care: domain facts to events. Nothing about a sealed hero passes here.

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, FuzzyDate, Provenance};
use jianyi_proto::api::v1::Fact;
use jianyi_proto::care::events::v1 as pb;
use jianyi_proto::convert::fact;

use crate::convert::OnTheWire as _;
use crate::domain::activity::{Activity, ActivityState};
use crate::domain::count_statement::CountStatement;
use crate::domain::expense_request::ExpenseRequest;
use crate::domain::festival_round::Round;
use crate::domain::grant::Grant;
use crate::domain::hero::Hero;
use crate::domain::policy::Policy;

fn fact_of(
    division: &Division,
    on: &FuzzyDate,
    sources: &[String],
    locations: &[String],
) -> Option<Fact> {
    let provenance = Provenance {
        sources: sources.to_vec(),
        locations: locations.to_vec(),
    };
    Some(fact(division, on, &provenance))
}

/// What the activity's state says happened to it.
pub(crate) fn activity_moved(activity: &Activity) -> NewEvent {
    let name = activity.id.name();
    let fact = fact_of(
        &activity.division,
        &activity.held_on,
        &activity.sources,
        &activity.locations,
    );
    let kind = activity.kind.to_wire().into();
    let (division, version) = (&activity.division, activity.version);
    match activity.state {
        ActivityState::Planned => NewEvent::of(
            &pb::ActivityPlanned {
                fact,
                activity: name.clone(),
                kind,
            },
            &name,
            division,
            version,
        ),
        ActivityState::Closed => {
            let event = pb::ActivityClosed {
                fact,
                activity: name.clone(),
                kind,
                batch_no: activity.batch_no.unwrap_or(0),
                days: activity
                    .days()
                    .and_then(|days| i32::try_from(days).ok())
                    .unwrap_or(0),
                destinations: activity.destinations.clone(),
                participants: Some(activity.participants.into()),
            };
            NewEvent::of(&event, &name, division, version)
        }
        ActivityState::Cancelled => NewEvent::of(
            &pb::ActivityCancelled {
                fact,
                activity: name.clone(),
                kind,
            },
            &name,
            division,
            version,
        ),
    }
}

/// A round was opened.
pub(crate) fn round_opened(round: &Round) -> NewEvent {
    let event = pb::FestivalRoundOpened {
        fact: fact_of(
            &round.division,
            &FuzzyDate::day(round.festival_day),
            &round.sources,
            &round.locations,
        ),
        round: round.id.name(),
        festival: round.festival.to_wire().into(),
        year: round.year,
        coverage_percent: Some(round.stated_coverage_percent.into()),
    };
    NewEvent::of(&event, &event.round, &round.division, 1)
}

/// A benefit became policy.
pub(crate) fn policy_adopted(policy: &Policy) -> NewEvent {
    let event = pb::PolicyAdopted {
        fact: fact_of(
            &policy.division,
            &policy.valid_from,
            &policy.sources,
            &policy.locations,
        ),
        policy: policy.id.name(),
        benefit: policy.benefit.to_wire().into(),
        points: Some(policy.points.into()),
    };
    NewEvent::of(&event, &event.policy, &policy.division, 1)
}

/// A hero may be granted benefits; `None` for a sealed one.
pub(crate) fn hero_became_eligible(hero: &Hero, sources: &[String]) -> Option<NewEvent> {
    let since = hero
        .confirmed_on
        .map_or_else(FuzzyDate::unknown, FuzzyDate::day);
    let event = pb::HeroBecameEligible {
        fact: fact_of(&hero.division, &since, sources, &[]),
        hero: hero.hero.clone(),
    };
    (!hero.sealed).then(|| NewEvent::of(&event, &hero.hero, &hero.division, hero.confirmed_version))
}

/// A benefit was granted; `None` when to a sealed hero.
pub(crate) fn entitlement_granted(grant: &Grant, hero: &Hero) -> Option<NewEvent> {
    let event = pb::EntitlementGranted {
        fact: fact_of(
            &grant.division,
            &FuzzyDate::day(grant.from_day),
            &grant.sources,
            &grant.locations,
        ),
        grant: grant.id.name(),
        benefit: grant.benefit.to_wire().into(),
    };
    (!hero.sealed).then(|| NewEvent::of(&event, &event.grant, &grant.division, 1))
}

/// A benefit ended; `None` when a sealed hero's.
pub(crate) fn entitlement_ended(grant: &Grant, hero: &Hero) -> Option<NewEvent> {
    let on = grant
        .ended_on
        .map_or_else(FuzzyDate::unknown, FuzzyDate::day);
    let event = pb::EntitlementEnded {
        fact: fact_of(&grant.division, &on, &grant.sources, &grant.locations),
        grant: grant.id.name(),
        benefit: grant.benefit.to_wire().into(),
    };
    (!hero.sealed).then(|| NewEvent::of(&event, &event.grant, &grant.division, grant.version))
}

/// Money is asked for.
pub(crate) fn expense_requested(request: &ExpenseRequest) -> NewEvent {
    let on = FuzzyDate::day(request.created_at.business_date());
    let event = pb::ExpenseRequested {
        fact: fact_of(&request.division, &on, &request.sources, &request.locations),
        request: request.id.name(),
        activity: request.activity.name(),
        fund: request.fund.clone(),
        amount_fen: request.amount_fen.get(),
    };
    NewEvent::of(&event, &event.request, &request.division, request.version)
}

/// A source states a total.
pub(crate) fn count_stated(statement: &CountStatement) -> NewEvent {
    let event = pb::CountStated {
        fact: fact_of(
            &statement.division,
            &statement.as_of,
            &statement.sources,
            &statement.locations,
        ),
        statement: statement.id.name(),
        subject: statement.subject.clone(),
        count: Some(statement.count.into()),
    };
    NewEvent::of(&event, &event.statement, &statement.division, 1)
}

//! What this service publishes, on one page: ids, codes, numbers and dates, never words.

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, FuzzyDate, Provenance, Timestamp};
use jianyi_proto::convert;
use jianyi_proto::name;
use jianyi_proto::oversight::events::v1 as ev;
use prost::{Message, Name};

use crate::domain::Stored;
use crate::domain::body::GovernanceBody;
use crate::domain::chronicle::ChronicleStage;
use crate::domain::count_statement::CountStatement;
use crate::domain::county_site::{self, CountySite};
use crate::domain::goal::Goal;
use crate::domain::honour::Honour;
use crate::domain::meeting::Meeting;
use crate::domain::plan::Plan;
use crate::domain::resolution::Resolution;
use crate::domain::rubric::Rubric;
use crate::domain::score::Score;
use crate::domain::study::{StudyPair, StudySession};
use crate::domain::task::PlanTask;
use crate::wire::{body_kind, goal_group, honour_kind, stage, study_kind};

type Fact = Option<jianyi_proto::api::v1::Fact>;

fn city(on: &FuzzyDate, provenance: &Provenance) -> Fact {
    Some(convert::fact(&Division::city(), on, provenance))
}

fn of_city<E: Message + Name>(event: &E, resource: &str, version: i64) -> NewEvent {
    NewEvent::of(event, resource, &Division::city(), version)
}

pub(crate) fn goal_set(goal: &Stored<Goal>) -> NewEvent {
    let (it, name) = (&goal.it, goal.id.name());
    let since = FuzzyDate::parse("valid_from_year", &format!("{:04}", it.valid_from_year))
        .unwrap_or(FuzzyDate::unknown());
    let event = ev::GoalSet {
        fact: city(&since, &it.provenance),
        goal: name.clone(),
        group: goal_group(it.group),
    };
    of_city(&event, &name, goal.version)
}

pub(crate) fn plan_adopted(plan: &Stored<Plan>) -> NewEvent {
    let (it, name) = (&plan.it, plan.id.name());
    let event = ev::PlanAdopted {
        fact: city(&it.adopted_on, &it.provenance),
        plan: name.clone(),
        year: it.year,
    };
    of_city(&event, &name, plan.version)
}

pub(crate) fn plan_task_set(task: &Stored<PlanTask>, plan: &Plan) -> NewEvent {
    let (it, name) = (&task.it, name::child(task.it.plan, task.id));
    let event = ev::PlanTaskSet {
        fact: city(&plan.adopted_on, &it.provenance),
        task: name.clone(),
        year: plan.year,
        ordinal: it.ordinal,
    };
    of_city(&event, &name, task.version)
}

pub(crate) fn governance_body_formed(body: &Stored<GovernanceBody>) -> NewEvent {
    let (it, name) = (&body.it, body.id.name());
    let event = ev::GovernanceBodyFormed {
        fact: city(&it.formed_on, &it.provenance),
        body: name.clone(),
        kind: body_kind(it.kind),
        term: it.term,
    };
    of_city(&event, &name, body.version)
}

pub(crate) fn meeting_held(meeting: &Stored<Meeting>, body: &GovernanceBody) -> NewEvent {
    let (it, name) = (&meeting.it, meeting.id.name());
    let event = ev::MeetingHeld {
        fact: city(&it.held_on, &it.provenance),
        meeting: name.clone(),
        body_kind: body_kind(body.kind),
        term: body.term,
        number: it.number,
    };
    of_city(&event, &name, meeting.version)
}

pub(crate) fn resolution_adopted(resolution: &Stored<Resolution>, meeting: &Meeting) -> NewEvent {
    let (it, name) = (&resolution.it, resolution.id.name());
    let event = ev::ResolutionAdopted {
        fact: city(&meeting.held_on, &it.provenance),
        resolution: name.clone(),
        meeting: it.meeting.name(),
        document: it.document.name(),
    };
    of_city(&event, &name, resolution.version)
}

pub(crate) fn rubric_published(rubric: &Stored<Rubric>) -> NewEvent {
    let (it, name) = (&rubric.it, rubric.id.name());
    let event = ev::RubricPublished {
        fact: city(&it.published_on, &it.provenance),
        rubric: name.clone(),
        year: it.year,
    };
    of_city(&event, &name, rubric.version)
}

pub(crate) fn score_recorded(score: &Stored<Score>, rubric: &Rubric) -> NewEvent {
    let (it, name) = (&score.it, name::child(score.it.rubric, score.id));
    let event = ev::ScoreRecorded {
        fact: Some(convert::fact(&it.division, &it.scored_on, &it.provenance)),
        score: name.clone(),
        rubric: it.rubric.name(),
        year: rubric.year,
    };
    NewEvent::of(&event, &name, &it.division, score.version)
}

pub(crate) fn study_pair_set(pair: &Stored<StudyPair>) -> NewEvent {
    let (it, name) = (&pair.it, pair.id.name());
    let event = ev::StudyPairSet {
        fact: city(&it.since, &it.provenance),
        pair: name.clone(),
        kind: study_kind(it.kind),
    };
    of_city(&event, &name, pair.version)
}

pub(crate) fn study_session_held(session: &Stored<StudySession>) -> NewEvent {
    let (it, name) = (&session.it, session.id.name());
    let event = ev::StudySessionHeld {
        fact: Some(convert::fact(&it.division, &it.held_on, &it.provenance)),
        session: name.clone(),
        kind: study_kind(it.kind),
    };
    NewEvent::of(&event, &name, &it.division, session.version)
}

pub(crate) fn chronicle_stage_reached(reached: &Stored<ChronicleStage>) -> NewEvent {
    let (it, name) = (&reached.it, name::child(reached.it.chronicle, reached.id));
    let event = ev::ChronicleStageReached {
        fact: city(&it.reached_on, &it.provenance),
        chronicle: it.chronicle.name(),
        stage: stage(it.stage),
        record: name.clone(),
    };
    of_city(&event, &name, reached.version)
}

pub(crate) fn honour_received(honour: &Stored<Honour>) -> NewEvent {
    let (it, name) = (&honour.it, honour.id.name());
    let event = ev::HonourReceived {
        fact: Some(convert::fact(&it.division, &it.received_on, &it.provenance)),
        honour: name.clone(),
        kind: honour_kind(it.kind),
        peers: Some(it.peers.into()),
    };
    NewEvent::of(&event, &name, &it.division, honour.version)
}

pub(crate) fn count_stated(statement: &Stored<CountStatement>) -> NewEvent {
    let (it, name) = (&statement.it, statement.id.name());
    let event = ev::CountStated {
        fact: Some(convert::fact(&it.division, &it.as_of, &it.provenance)),
        statement: name.clone(),
        subject: it.subject.clone(),
        count: Some(it.count.into()),
    };
    NewEvent::of(&event, &name, &it.division, statement.version)
}

/// What happened to a county's site: the day in Shanghai, and no source but this service itself.
fn of_county(county: &Division, at: Timestamp) -> Fact {
    let on = FuzzyDate::day(at.business_date());
    Some(convert::fact(county, &on, &Provenance::default()))
}

pub(crate) fn county_site_added(site: &Stored<CountySite>) -> NewEvent {
    let it = &site.it;
    let event = ev::CountySiteAdded {
        fact: of_county(&it.county, it.joined_at),
        division: it.county.to_string(),
        url: it.url.as_str().into(),
        on_city_broker: it.on_city_broker,
        certificate_expire_time: it.certificate_until.map(convert::timestamp),
        join_time: Some(convert::timestamp(it.joined_at)),
    };
    NewEvent::of(&event, &it.name(), &it.county, site.version)
}

pub(crate) fn county_site_updated(site: &Stored<CountySite>, at: Timestamp) -> NewEvent {
    let it = &site.it;
    let event = ev::CountySiteUpdated {
        fact: of_county(&it.county, at),
        division: it.county.to_string(),
        url: it.url.as_str().into(),
        on_city_broker: it.on_city_broker,
        certificate_expire_time: it.certificate_until.map(convert::timestamp),
        join_time: Some(convert::timestamp(it.joined_at)),
    };
    NewEvent::of(&event, &it.name(), &it.county, site.version)
}

pub(crate) fn county_site_removed(site: &Stored<CountySite>, at: Timestamp) -> NewEvent {
    let it = &site.it;
    let event = ev::CountySiteRemoved {
        fact: of_county(&it.county, at),
        division: it.county.to_string(),
        leave_time: it.left_at.map(convert::timestamp),
    };
    NewEvent::of(&event, &it.name(), &it.county, site.version)
}

/// `version` is the instant: what is told later is newer.
fn of_watch<E: Message + Name>(event: &E, county: &Division, at: Timestamp) -> NewEvent {
    let version = at.to_unix().0;
    NewEvent::of(event, &county_site::watch_name(county), county, version)
}

pub(crate) fn county_silent(
    county: &Division,
    since: Timestamp,
    watermark: i64,
    now: Timestamp,
) -> NewEvent {
    let event = ev::CountySilent {
        fact: of_county(county, now),
        division: county.to_string(),
        silent_since: Some(convert::timestamp(since)),
        watermark_sequence: watermark,
    };
    of_watch(&event, county, now)
}

pub(crate) fn county_back(county: &Division, since: Timestamp, now: Timestamp) -> NewEvent {
    let event = ev::CountyBack {
        fact: of_county(county, now),
        division: county.to_string(),
        silent_since: Some(convert::timestamp(since)),
        back_time: Some(convert::timestamp(now)),
    };
    of_watch(&event, county, now)
}

pub(crate) fn county_certificate_expiring(
    county: &Division,
    until: Timestamp,
    days_left: i32,
    now: Timestamp,
) -> NewEvent {
    let event = ev::CountyCertificateExpiring {
        fact: of_county(county, now),
        division: county.to_string(),
        certificate_expire_time: Some(convert::timestamp(until)),
        days_left,
    };
    of_watch(&event, county, now)
}

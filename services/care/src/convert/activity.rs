//! Activities on the wire.

use jianyi_kernel::{Clock, Fault, FuzzyDate, Id, Violation, Violations};
use jianyi_proto::care::{events::v1 as events, v1 as pb};
use jianyi_proto::convert::timestamp;
use jianyi_proto::name;

use super::{
    OnTheWire as _, count, division, fuzzy, on_the_wire, provenance, provenance_reply, required,
    stated,
};
use crate::domain::activity::{Activity, ActivityKind, ActivityState, Closing};

on_the_wire!(
    ActivityKind,
    events::ActivityKind,
    Recuperation,
    ChildrenCamp,
    HealthCheck,
    FreeClinic
);
on_the_wire!(ActivityState, pb::ActivityState, Planned, Closed, Cancelled);

/// An activity longer than this is a slip of the pen.
const MOST_DAYS: i64 = 366;

/// Reads what a client wants recorded, as planned, and whether it is to be closed at once.
pub(crate) fn parse(wire: Option<pb::Activity>, clock: &Clock) -> Result<(Activity, bool), Fault> {
    let wire = required("activity", wire)?;
    let mut v = Violations::new();
    let kind = stated(&mut v, "activity.kind", wire.kind());
    let close = match wire.state() {
        pb::ActivityState::Unspecified | pb::ActivityState::Planned => false,
        pb::ActivityState::Closed => true,
        pb::ActivityState::Cancelled => {
            v.push(Violation::new(
                "activity.state",
                "STATE_NOT_ALLOWED",
                "an activity is recorded as planned or as closed".into(),
                "新登记的活动只能是计划中或已办结",
            ));
            false
        }
    };
    let title = v.text("activity.title", &wire.title, 200);
    let programme = match wire.programme.as_str() {
        "" => Some(None),
        text => v.take(name::parse("activity.programme", text)).map(Some),
    };
    let held_on = held_on(&mut v, "activity.held_on", &wire.held_on);
    let batch_no = positive(
        &mut v,
        "activity.batch_no",
        (wire.batch_no != 0).then_some(wire.batch_no),
    );
    let stated_days = positive(&mut v, "activity.stated_days", wire.stated_days);
    destinations(&mut v, &wire.destinations);
    let partner = v.optional_text("activity.partner", &wire.partner, 200);
    let place = v.optional_text("activity.place", &wire.place, 200);
    let participants = count(&mut v, "activity.participants", wire.participants);
    let division = division(&mut v, "activity.division", &wire.division);
    let provenance = provenance(&mut v, "activity", wire.provenance);
    let build = || {
        let provenance = provenance?;
        let activity = Activity {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            kind: kind?,
            title: title?,
            programme: programme?,
            held_on: held_on?,
            batch_no,
            destinations: wire.destinations,
            partner: partner?,
            stated_days,
            participants: participants?,
            place: place?,
            state: ActivityState::Planned,
            division: division?,
            sources: provenance.sources,
            locations: provenance.locations,
            named_participants: 0,
        };
        Some((activity, close))
    };
    v.finish_with(build())
}

/// Reads what is known once an activity was held.
pub(crate) fn parse_closing(wire: pb::CloseActivityRequest) -> Result<Closing, Fault> {
    let mut v = Violations::new();
    let held_on = (!wire.held_on.is_empty())
        .then(|| held_on(&mut v, "held_on", &wire.held_on))
        .flatten();
    let participants = wire
        .participants
        .and_then(|wire| count(&mut v, "participants", Some(wire)));
    let stated_days = positive(&mut v, "stated_days", wire.stated_days);
    let provenance = wire
        .provenance
        .and_then(|wire| provenance(&mut v, "", Some(wire)));
    v.finish()?;
    Ok(Closing {
        held_on,
        participants,
        stated_days,
        provenance,
    })
}

fn held_on(v: &mut Violations, field: &str, text: &str) -> Option<FuzzyDate> {
    let date = fuzzy(v, field, text)?;
    if date.days().is_some_and(|days| days > MOST_DAYS) {
        v.push(Violation::new(
            field,
            "RANGE_TOO_LONG",
            format!("an activity lasts at most {MOST_DAYS} days"),
            "活动时间跨度超过一年,请核对起止日期",
        ));
        return None;
    }
    Some(date)
}

fn positive(v: &mut Violations, field: &str, number: Option<i32>) -> Option<i32> {
    if number.is_some_and(|n| n < 1) {
        v.push(Violation::new(
            field,
            "NUMBER_NOT_POSITIVE",
            format!("`{field}` is 1 or more"),
            "应为 1 或更大的整数",
        ));
        return None;
    }
    number
}

fn destinations(v: &mut Violations, codes: &[String]) {
    let is_code = |code: &String| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    if codes.len() > 20 || !codes.iter().all(is_code) {
        v.push(Violation::new(
            "activity.destinations",
            "DESTINATION_MALFORMED",
            "destinations are six-digit codes of GB/T 2260, at most 20".into(),
            "目的地应填 6 位行政区划代码,最多 20 个",
        ));
    }
}

impl From<&Activity> for pb::Activity {
    fn from(activity: &Activity) -> Self {
        Self {
            name: activity.id.name(),
            kind: activity.kind.to_wire().into(),
            title: activity.title.clone(),
            programme: activity.programme.map(Id::name).unwrap_or_default(),
            held_on: activity.held_on.to_string(),
            batch_no: activity.batch_no.unwrap_or(0),
            destinations: activity.destinations.clone(),
            partner: activity.partner.clone(),
            stated_days: activity.stated_days,
            participants: Some(activity.participants.into()),
            place: activity.place.clone(),
            state: activity.state.to_wire().into(),
            division: activity.division.to_string(),
            provenance: Some(provenance_reply(&activity.sources, &activity.locations)),
            create_time: Some(timestamp(activity.created_at)),
            etag: activity.version.to_string(),
            days: activity.days().and_then(|days| i32::try_from(days).ok()),
            person_days: Some(activity.person_days().into()),
            named_participants: activity.named_participants,
            warnings: activity.warnings().into_iter().map(str::to_owned).collect(),
        }
    }
}

//! Tells what left this county: out of the ledger of replies, the outbox, and the hand-overs.

use jianyi_kernel::{Caller, Fault};
use jianyi_proto::convert::timestamp;
use jianyi_proto::member::v1 as pb;
use jianyi_proto::{DESCRIPTOR_SET, member::events::v1::HandoverReleased};
use jianyi_rpc::fields_of;
use prost::Name as _;

use super::App;
use crate::domain::person::PersonId;
use crate::store::egress::{self, Events, Period, Replies};

/// More kinds of replies than this are not one report.
const MOST: i64 = 2000;

pub(crate) async fn run(
    app: &App,
    caller: &Caller,
    period: Period,
    person: Option<PersonId>,
) -> Result<pb::EgressReport, Fault> {
    let mut conn = app.db.read(caller).await?;
    if let Some(person) = person
        && !egress::knows(&mut conn, person).await?
    {
        return Err(Fault::NotFound(app.name(person)));
    }
    let mut replies = egress::replies(&mut conn, period, person, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = replies.len() > most;
    replies.truncate(most);
    let mut lines: Vec<pb::EgressLine> = replies.into_iter().map(reply).collect();
    if person.is_none() {
        for it in egress::events(&mut conn, period).await? {
            // That somebody was put under confidentiality, or moves under it, is for those who may know of them; moves of
            // others are told of below.
            let tells = it.type_name.contains("Seal") || it.type_name.contains("Handover");
            if caller.reach.sealed || !tells {
                lines.push(event(it)?);
            }
        }
    }
    // Events carry ids, days and codes of everybody alike and are not kept by person; whole records leave only with
    // those who move.
    let handed = egress::handed(&mut conn, person).await?;
    lines.extend(handed.into_iter().map(|(county, at)| pb::EgressLine {
        way: pb::EgressWay::Handover.into(),
        recipient: county,
        rule: HandoverReleased::full_name(),
        times: 1,
        records: 1,
        first_time: Some(timestamp(at)),
        last_time: Some(timestamp(at)),
        ..pb::EgressLine::default()
    }));
    Ok(pb::EgressReport { lines, more })
}

fn reply(it: Replies) -> pb::EgressLine {
    pb::EgressLine {
        way: pb::EgressWay::Reply.into(),
        recipient: it.recipient,
        reach: it.reach,
        rule: it.method,
        fields: it.fields,
        plain_fields: it.plain,
        times: it.times,
        records: it.records,
        first_time: Some(timestamp(it.first)),
        last_time: Some(timestamp(it.last)),
    }
}

fn event(it: Events) -> Result<pb::EgressLine, Fault> {
    Ok(pb::EgressLine {
        way: pb::EgressWay::Event.into(),
        recipient: if it.address.is_empty() {
            "city".into()
        } else {
            it.address
        },
        fields: fields_of(DESCRIPTOR_SET, &it.type_name)?,
        rule: it.type_name,
        times: it.events,
        records: it.events,
        first_time: Some(timestamp(it.first)),
        last_time: Some(timestamp(it.last)),
        ..pb::EgressLine::default()
    })
}

//! The envelope on the wire: CloudEvents 1.0 in binary mode over NATS headers.
//!
//! All values are ASCII by construction (names, codes, numbers), so percent-encoding never bites.

use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::Message;
use jianyi_db::{DeadLetter, OutboxRow};
use jianyi_kernel::{Division, DivisionLevel, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::{Delivery, Origin};

const ID: &str = "ce-id";
const TYPE: &str = "ce-type";
const SOURCE: &str = "ce-source";
const SUBJECT: &str = "ce-subject";
const TIME: &str = "ce-time";
const SEQUENCE: &str = "ce-sequence";
const TRACEPARENT: &str = "ce-traceparent";
/// Written by the broker onto what it sources from another.
const NATS_STREAM_SOURCE: &str = "Nats-Stream-Source";
const PROTOBUF: &str = "application/protobuf";

/// The headers with which an event is published.
pub(crate) fn write(row: &OutboxRow, traceparent: Option<&str>) -> HeaderMap {
    let id = row.event_id.to_string();
    let mut headers = HeaderMap::new();
    headers.insert(NATS_MESSAGE_ID, id.as_str());
    headers.insert("ce-specversion", "1.0");
    headers.insert(ID, id.as_str());
    headers.insert(TYPE, row.type_name.as_str());
    headers.insert(SOURCE, source(row).as_str());
    headers.insert(SUBJECT, row.resource.as_str());
    headers.insert(TIME, row.occurred_at.rfc3339().as_str());
    headers.insert("ce-datacontenttype", PROTOBUF);
    headers.insert("content-type", PROTOBUF);
    headers.insert(SEQUENCE, row.version.to_string().as_str());
    if let Some(traceparent) = traceparent {
        headers.insert(TRACEPARENT, traceparent);
    }
    headers
}

/// `//<context>.jianyi`, and the county where there is one.
fn source(row: &OutboxRow) -> String {
    let context = row.subject.split('.').nth(1).unwrap_or_default();
    match Division::parse("division", &row.division) {
        Ok(division) if division.level() != DivisionLevel::City => {
            format!("//{context}.jianyi/counties/{}", division.county())
        }
        Ok(_) | Err(_) => format!("//{context}.jianyi"),
    }
}

/// Reads an event; `None` when its envelope is not whole.
pub(crate) fn read(message: &Message) -> Option<Delivery> {
    Some(Delivery {
        event_id: Uuid::parse_str(header(message, ID)?).ok()?,
        type_name: header(message, TYPE)?.to_owned(),
        resource: header(message, SUBJECT)?.to_owned(),
        division: Division::parse("division", division(message)?).ok()?,
        version: header(message, SEQUENCE)?.parse().ok()?,
        occurred_at: OffsetDateTime::parse(header(message, TIME)?, &Rfc3339)
            .ok()
            .map(Timestamp::from_offset)?,
        stream_sequence: message.info().ok()?.stream_sequence,
        origin: origin(header(message, NATS_STREAM_SOURCE)),
        data: message.payload.clone(),
    })
}

/// The event's id.
pub(crate) fn id(message: &Message) -> Option<Uuid> {
    Uuid::parse_str(header(message, ID)?).ok()
}

/// `<stream> <sequence> <filter> …`, written by the broker that took a message over from another.
fn origin(source: Option<&str>) -> Origin {
    match source {
        None => Origin::Here,
        Some(source) => source
            .split(' ')
            .nth(1)
            .and_then(|sequence| sequence.parse().ok())
            .map_or(Origin::Unknown, Origin::Elsewhere),
    }
}

/// The W3C trace context of the cause.
pub(crate) fn traceparent(message: &Message) -> Option<&str> {
    header(message, TRACEPARENT)
}

/// Who published it.
pub(crate) fn published_by(message: &Message) -> &str {
    header(message, SOURCE).unwrap_or_default()
}

/// What can be saved of a message whose envelope is not whole. Its id is made from its place in the
/// stream, so that setting it aside twice leaves one letter.
pub(crate) fn salvage(
    message: &Message,
    consumer: &str,
    error: &str,
    now: Timestamp,
) -> DeadLetter {
    let sequence = message.info().map_or(0, |info| info.stream_sequence);
    let place = format!("{}/{sequence}", message.subject);
    DeadLetter {
        consumer: consumer.to_owned(),
        event_id: header(message, ID)
            .and_then(|id| Uuid::parse_str(id).ok())
            .unwrap_or_else(|| Uuid::new_v5(&Uuid::NAMESPACE_URL, place.as_bytes())),
        type_name: header(message, TYPE).unwrap_or_default().to_owned(),
        resource: header(message, SUBJECT).unwrap_or_default().to_owned(),
        division: division(message).unwrap_or_default().to_owned(),
        version: header(message, SEQUENCE)
            .and_then(|text| text.parse().ok())
            .unwrap_or_default(),
        occurred_at: now,
        stream_sequence: i64::try_from(sequence).unwrap_or(i64::MAX),
        data: message.payload.to_vec(),
        error: error.to_owned(),
        set_aside_at: now,
    }
}

fn header<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message
        .headers
        .as_ref()?
        .get(name)
        .map(async_nats::HeaderValue::as_str)
}

/// The third token of `jianyi.<context>.<division>.<event>`.
fn division(message: &Message) -> Option<&str> {
    message.subject.as_str().split('.').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_another_broker_says_where_it_stood_there() {
        let sourced =
            "JY_MEMBER:Vw6vWPJC 1207 jianyi.member.410621.> > jianyi.member.410621.role_started";
        assert_eq!(origin(Some(sourced)), Origin::Elsewhere(1207));
        assert_eq!(origin(None), Origin::Here);
        assert_eq!(origin(Some("nonsense")), Origin::Unknown);
    }
}

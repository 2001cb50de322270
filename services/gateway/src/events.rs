//! Live events for readers outside, from the same streams that the services read (design: three doors).
//!
//! What concerns confidential heroes never leaves through here, whoever asks.

use std::sync::{Arc, OnceLock};

use futures::StreamExt as _;
use futures::stream::BoxStream;
use jianyi_bus::{Bus, Cursor, Filter, Notice, Watched};
use jianyi_kernel::{Division, Fault, Violation, Violations};
use jianyi_telemetry::Shutdown;
use prost_reflect::DynamicMessage;
use serde_json::{Value, json};

use crate::contracts::Contracts;
use crate::sealed::Sealed;

/// Contexts that publish events.
const PRODUCERS: [&str; 5] = ["care", "donation", "member", "oversight", "publicity"];
/// Never shown: full names here, names within subjects below.
pub(crate) const SEALED: [&str; 6] = [
    "jianyi.member.events.v1.SealedHeroConfirmed",
    "jianyi.member.events.v1.SealedHeroEnded",
    "jianyi.member.events.v1.SealedHeroMoved",
    "jianyi.member.events.v1.HeroSealed",
    "jianyi.member.events.v1.PersonSealed",
    "jianyi.member.events.v1.RoleSealed",
];
const SEALED_SUBJECTS: [&str; 6] = [
    "sealed_hero_confirmed",
    "sealed_hero_ended",
    "sealed_hero_moved",
    "hero_sealed",
    "person_sealed",
    "role_sealed",
];

/// The bus, once it is connected.
pub(crate) type BusSlot = Arc<OnceLock<Bus>>;

/// What a reader wants to see.
#[derive(Debug)]
pub(crate) struct Wanted {
    cursor: Cursor,
    filter: Filter,
}

/// The same as text.
#[derive(Debug, Default)]
pub(crate) struct WantedText {
    pub(crate) cursor: String,
    pub(crate) contexts: Vec<String>,
    pub(crate) divisions: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) follow: bool,
}

/// Shows events.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    /// Filled once `sealed` knows what there is to know.
    pub(crate) bus: BusSlot,
    pub(crate) sealed: Sealed,
    pub(crate) contracts: Contracts,
    pub(crate) shutdown: Shutdown,
}

/// What a reader is told.
#[derive(Debug)]
pub(crate) enum Item {
    /// An event, and its message as JSON when the contracts know it.
    Event(Box<Watched>, Option<Value>),
    /// So many events are still to come.
    Lagging(u64, Cursor),
}

impl Events {
    /// Reads what is wanted; everything wrong is said at once.
    pub(crate) fn wanted(&self, text: WantedText) -> Result<Wanted, Fault> {
        let mut violations = Violations::new();
        let cursor = violations.take(text.cursor.parse::<Cursor>().map_err(|error| {
            Violation::new(
                "cursor",
                "CURSOR_INVALID",
                error.to_string(),
                "事件位置标记无效,请去掉后从头读取",
            )
        }));
        for (n, context) in text.contexts.iter().enumerate() {
            if !PRODUCERS.contains(&context.as_str()) {
                violations.push(unknown(
                    &format!("contexts[{n}]"),
                    "CONTEXT_UNKNOWN",
                    context,
                ));
            }
        }
        for (n, name) in text.types.iter().enumerate() {
            if !self.contracts.knows_event(name) || SEALED.contains(&name.as_str()) {
                violations.push(unknown(&format!("types[{n}]"), "TYPE_UNKNOWN", name));
            }
        }
        let mut divisions = Vec::new();
        for (n, code) in text.divisions.iter().enumerate() {
            divisions.extend(violations.take(Division::parse(&format!("divisions[{n}]"), code)));
        }
        let cursor = violations.finish_with(cursor)?;
        let filter = Filter {
            divisions,
            contexts: text.contexts,
            types: text.types,
            deny: SEALED_SUBJECTS.map(ToOwned::to_owned).into(),
            until_caught_up: !text.follow,
        };
        Ok(Wanted { cursor, filter })
    }

    /// Shows what is wanted, from the cursor on.
    pub(crate) fn watch(&self, wanted: Wanted) -> Result<BoxStream<'static, Item>, Fault> {
        let bus = self
            .bus
            .get()
            .ok_or_else(|| Fault::Unavailable("NATS".into()))?
            .clone();
        let contracts = self.contracts.clone();
        let sealed = self.sealed.clone();
        let mut reached = wanted.cursor.clone();
        let notices = jianyi_bus::watch(
            bus,
            &PRODUCERS,
            wanted.cursor,
            wanted.filter,
            &self.shutdown,
        );
        let items = notices.filter_map(move |notice| {
            let item = match notice {
                // The subjects were not asked for; should one come all the same, it ends here.
                Notice::Event(event) if SEALED.contains(&event.type_name.as_str()) => None,
                // Published before its hero was sealed.
                Notice::Event(event) if sealed.hides(&event) => None,
                Notice::Event(event) => {
                    reached = event.cursor.clone();
                    let data = message(&contracts, &event);
                    Some(Item::Event(event, data))
                }
                Notice::Start(cursor) => {
                    reached = cursor;
                    Some(Item::Lagging(0, reached.clone()))
                }
                Notice::Lagging { pending } => Some(Item::Lagging(pending, reached.clone())),
            };
            std::future::ready(item)
        });
        Ok(items.boxed())
    }
}

fn unknown(field: &str, reason: &'static str, what: &str) -> Violation {
    Violation::new(
        field,
        reason,
        format!("`{what}` is not known"),
        "没有这一类事件,请核对名称",
    )
}

/// The event's message as `ProtoJSON`; `None` when a newer producer knows more than these contracts.
fn message(contracts: &Contracts, event: &Watched) -> Option<Value> {
    let descriptor = contracts.message(&event.type_name)?;
    let message = DynamicMessage::decode(descriptor, event.data.clone()).ok()?;
    serde_json::to_value(&message).ok()
}

/// The event as structured `CloudEvents` JSON.
pub(crate) fn cloud_event(event: &Watched, data: Option<Value>) -> Value {
    use base64::Engine as _;
    let mut json = json!({
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type_name,
        "subject": event.subject_resource,
        "time": event.time.rfc3339(),
        "division": event.division.as_str(),
        "sequence": event.sequence.to_string(),
    });
    if let Value::Object(fields) = &mut json {
        if let Some(traceparent) = &event.traceparent {
            fields.insert("traceparent".into(), Value::from(traceparent.as_str()));
        }
        match data {
            Some(data) => {
                fields.insert("datacontenttype".into(), Value::from("application/json"));
                fields.insert("data".into(), data);
            }
            None => {
                let encoded = base64::engine::general_purpose::STANDARD.encode(&event.data);
                fields.insert(
                    "datacontenttype".into(),
                    Value::from("application/protobuf"),
                );
                fields.insert("data_base64".into(), Value::from(encoded));
            }
        }
    }
    json
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Timestamp};
    use jianyi_proto::member::events::v1::HeroConfirmed;
    use prost::{Message as _, Name as _};

    use super::*;

    fn events() -> Events {
        Events {
            bus: BusSlot::default(),
            sealed: Sealed::default(),
            contracts: Contracts::embedded().unwrap(),
            shutdown: Shutdown::new(),
        }
    }

    fn wrong(text: WantedText) -> Vec<(String, &'static str)> {
        match events().wanted(text) {
            Err(Fault::Invalid(violations)) => violations
                .into_iter()
                .map(|v| (v.field, v.reason))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn filters_are_checked_all_at_once_and_sealed_types_do_not_exist() {
        let text = WantedText {
            cursor: "nonsense".into(),
            contexts: vec!["care".into(), "identity".into()],
            divisions: vec!["41".into()],
            types: vec![
                SEALED[0].into(),
                HeroConfirmed::full_name(),
                "HeroEnded".into(),
            ],
            follow: true,
        };
        let reasons = wrong(text)
            .into_iter()
            .map(|(field, reason)| format!("{field} {reason}"))
            .collect::<Vec<_>>();
        assert_eq!(
            reasons,
            [
                "cursor CURSOR_INVALID",
                "contexts[1] CONTEXT_UNKNOWN",
                "types[0] TYPE_UNKNOWN",
                "types[2] TYPE_UNKNOWN",
                "divisions[0] DIVISION_MALFORMED",
            ]
        );
        let wanted = events()
            .wanted(WantedText {
                cursor: "care:3".into(),
                ..WantedText::default()
            })
            .unwrap();
        assert!(wanted.filter.until_caught_up);
        assert_eq!(wanted.filter.deny, SEALED_SUBJECTS);
    }

    #[test]
    fn every_sealed_event_is_in_the_contracts_under_this_name() {
        for name in SEALED {
            assert!(events().contracts.knows_event(name), "{name}");
        }
    }

    #[test]
    fn without_a_bus_watching_is_unavailable() {
        let events = events();
        let wanted = events.wanted(WantedText::default()).unwrap();
        assert!(matches!(events.watch(wanted), Err(Fault::Unavailable(_))));
    }

    #[test]
    fn an_event_becomes_cloud_events_json() {
        let clock = Clock::fixed(Timestamp::from_unix(1_735_603_200, 0).unwrap());
        let event = HeroConfirmed {
            hero: "counties/410611/heroes/1".into(),
            ..HeroConfirmed::default()
        };
        let watched = Watched {
            cursor: "member:1".parse().unwrap(),
            id: clock.new_uuid(),
            type_name: HeroConfirmed::full_name(),
            source: "//member.jianyi/counties/410611".into(),
            subject_resource: "counties/410611/heroes/1".into(),
            division: "410611".parse().unwrap(),
            time: clock.now(),
            sequence: 3,
            traceparent: None,
            data: event.encode_to_vec().into(),
        };
        let data = message(&events().contracts, &watched);
        let json = cloud_event(&watched, data);
        assert_eq!(json["data"]["hero"], "counties/410611/heroes/1");
        assert_eq!(
            (&json["sequence"], &json["time"]),
            (&json!("3"), &json!("2024-12-31T00:00:00Z"))
        );
        let opaque = cloud_event(&watched, None);
        assert_eq!(opaque["datacontenttype"], "application/protobuf");
        assert!(opaque.get("data").is_none());
    }
}

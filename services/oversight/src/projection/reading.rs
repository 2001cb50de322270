//! What an event means for the facts, looked up by the event's type.

use std::collections::HashMap;
use std::sync::LazyLock;

use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Violation};
use jianyi_proto::api::v1 as pb;
use jianyi_proto::convert;
use prost::{Message, Name};

use crate::domain::fact::{Change, Content, Measures, State};
use crate::projection::{care, donation, member, oversight, publicity};

/// What an event means.
#[derive(Debug)]
pub(crate) enum Reading {
    /// It changes what is known about a resource.
    Change {
        /// The resource, by name.
        resource: String,
        /// The change.
        change: Change,
    },
    /// It changes what is known about several resources.
    Changes(Vec<(String, Change)>),
    /// It is known and changes nothing here.
    Quiet,
    /// It must leave no trace at all, not even that something happened.
    Hidden,
    /// It is about the system and not about what the association did: it is no news of the division it names.
    Aside,
    /// Nobody told us what it means; a newer producer may know more.
    Unknown,
}

type Reader = Box<dyn Fn(&[u8]) -> Result<Reading, Fault> + Send + Sync>;

/// Readers by full name of the message.
#[derive(Default)]
pub(crate) struct Table(HashMap<String, Reader>);

impl Table {
    /// Says what events of type `E` mean.
    pub(crate) fn on<E: Message + Name + Default>(
        &mut self,
        meaning: impl Fn(E) -> Result<Reading, Violation> + Send + Sync + 'static,
    ) {
        let reader = move |data: &[u8]| {
            let event = E::decode(data).map_err(|_| undecodable())?;
            Ok(meaning(event)?)
        };
        self.0.insert(E::full_name(), Box::new(reader));
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    member::readings(&mut table);
    care::readings(&mut table);
    donation::readings(&mut table);
    publicity::readings(&mut table);
    oversight::readings(&mut table);
    table
});

/// Reads an event.
///
/// # Errors
/// [`Fault::Invalid`] when it cannot be decoded or holds nonsense: it is set aside, not retried.
pub(crate) fn read(type_name: &str, data: &[u8]) -> Result<Reading, Fault> {
    TABLE
        .0
        .get(type_name)
        .map_or(Ok(Reading::Unknown), |reader| reader(data))
}

fn undecodable() -> Violation {
    Violation::new(
        "data",
        "UNDECODABLE",
        "the event cannot be read".into(),
        "事件内容无法解读",
    )
}

/// A resource that happened or holds.
pub(crate) fn current(
    resource: String,
    kind: String,
    fact: Option<pb::Fact>,
    measures: Measures,
) -> Result<Reading, Violation> {
    told(resource, kind, fact, measures, State::Current)
}

/// A resource in a given state, with all that is known about it.
pub(crate) fn told(
    resource: String,
    kind: String,
    fact: Option<pb::Fact>,
    measures: Measures,
    state: State,
) -> Result<Reading, Violation> {
    let fact = fact.unwrap_or_default();
    let mut sources = fact.sources;
    sources.sort();
    sources.dedup();
    let content = Content {
        kind,
        division: if fact.division.is_empty() {
            Division::city()
        } else {
            Division::parse("fact.division", &fact.division)?.county()
        },
        on: FuzzyDate::parse("fact.on", &fact.on)?,
        sources,
        occurrences: fact.occurrences.max(1),
        measures,
    };
    Ok(Reading::Change {
        resource,
        change: Change::Told(Box::new(content), state),
    })
}

/// A resource whose state alone changes, on the fact's date.
pub(crate) fn moved(
    resource: String,
    state: State,
    fact: Option<pb::Fact>,
) -> Result<Reading, Violation> {
    let on = FuzzyDate::parse("fact.on", &fact.unwrap_or_default().on)?;
    Ok(Reading::Change {
        resource,
        change: Change::Moved(state, on),
    })
}

/// A resource that goes by another name from a date on: it ends under the one and holds under the other, so that
/// whoever looks back from before that date sees what was seen then.
pub(crate) fn renamed(
    (resource, former): (String, String),
    kind: String,
    fact: Option<pb::Fact>,
) -> Result<Reading, Violation> {
    let mut changes = Vec::new();
    for reading in [
        moved(former, State::Ended, fact.clone())?,
        current(resource, kind, fact, Measures::default())?,
    ] {
        if let Reading::Change { resource, change } = reading {
            changes.push((resource, change));
        }
    }
    Ok(Reading::Changes(changes))
}

/// A stated total of a context.
pub(crate) fn statement(
    context: &str,
    statement: String,
    fact: Option<pb::Fact>,
    subject: String,
    count: Option<pb::Count>,
) -> Result<Reading, Violation> {
    let measures = Measures {
        subject: Some(subject),
        count: counted(count)?,
        ..Measures::default()
    };
    current(
        statement,
        format!("{context}.count_statement"),
        fact,
        measures,
    )
}

/// A count of the wire.
pub(crate) fn counted(count: Option<pb::Count>) -> Result<Count, Violation> {
    convert::count("count", count)
}

/// `care.activity` + `ACTIVITY_KIND_CHILDREN_CAMP` = `care.activity.children_camp`.
pub(crate) fn kind(base: &str, prefix: &str, name: &str) -> String {
    format!(
        "{base}.{}",
        code(prefix, name).unwrap_or_else(|| "unspecified".into())
    )
}

/// The code of an enumeration's value; `None` when it is not stated.
pub(crate) fn code(prefix: &str, name: &str) -> Option<String> {
    name.strip_prefix(prefix)
        .filter(|code| *code != "UNSPECIFIED")
        .map(str::to_lowercase)
}

/// A number of which 0 stands for "not stated".
pub(crate) fn known(number: i32) -> Option<i64> {
    (number != 0).then(|| i64::from(number))
}

/// A text of which the empty one stands for "not stated".
pub(crate) fn named(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use prost_types::FileDescriptorSet;

    use super::*;
    use crate::projection::{CONTEXTS, HIDDEN, HIDDEN_TYPES};

    #[test]
    fn every_event_of_every_context_has_a_meaning() {
        let set = FileDescriptorSet::decode(jianyi_proto::DESCRIPTOR_SET).unwrap();
        let mut events = Vec::new();
        for file in &set.file {
            let of_ours = CONTEXTS
                .iter()
                .any(|context| file.package() == format!("jianyi.{context}.events.v1"));
            if of_ours {
                let names = file
                    .message_type
                    .iter()
                    .map(|m| format!("{}.{}", file.package(), m.name()));
                events.extend(names);
            }
        }
        assert!(events.len() > 50);
        let unread: Vec<_> = events
            .iter()
            .filter(|name| !TABLE.0.contains_key(*name))
            .collect();
        assert!(unread.is_empty(), "events without a meaning: {unread:?}");
        assert_eq!(TABLE.0.len(), events.len());
    }

    #[test]
    fn what_leaves_no_trace_is_known_by_its_subject_too() {
        for name in TABLE.0.keys() {
            let hidden = matches!(read(name, &[]), Ok(Reading::Hidden));
            assert_eq!(hidden, HIDDEN_TYPES.contains(&name.as_str()), "{name}");
        }
        let mut subjects: Vec<String> = HIDDEN_TYPES
            .iter()
            .map(|name| {
                let mut subject = String::new();
                for letter in name.rsplit('.').next().unwrap().chars() {
                    if letter.is_ascii_uppercase() && !subject.is_empty() {
                        subject.push('_');
                    }
                    subject.push(letter.to_ascii_lowercase());
                }
                subject
            })
            .collect();
        subjects.sort();
        assert_eq!(subjects, HIDDEN);
    }

    #[test]
    fn kinds_are_codes_in_lower_case() {
        assert_eq!(
            kind(
                "care.activity",
                "ACTIVITY_KIND_",
                "ACTIVITY_KIND_CHILDREN_CAMP"
            ),
            "care.activity.children_camp"
        );
        assert_eq!(
            kind(
                "care.activity",
                "ACTIVITY_KIND_",
                "ACTIVITY_KIND_UNSPECIFIED"
            ),
            "care.activity.unspecified"
        );
        assert_eq!(code("VOLUNTEER_TIER_", "VOLUNTEER_TIER_UNSPECIFIED"), None);
    }
}

//! Facts: what one resource of one service came to, the same whatever order its events arrived in.
//!
//! A fact keeps its content and its state each from the newest event that speaks of it, by (version,
//! sequence). So an end that overtakes its beginning stays an end, a repeated event changes nothing, and
//! a sealed resource stays forgotten when an older event arrives late.

use jianyi_kernel::{Count, Division, FuzzyDate};

use crate::domain::codes::codes;

codes! {
    /// Whether a fact holds.
    State {
        /// Planned, not happened.
        Planned = "planned",
        /// Happened, or holds.
        Current = "current",
        /// Held and has ended.
        Ended = "ended",
        /// Did not happen.
        Cancelled = "cancelled",
        /// Must not be known; an empty row stays so that late events find it.
        Sealed = "sealed",
    }
}

/// How new an event is among those of its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// Version of the resource after the event.
    pub(crate) version: i64,
    /// Place in the stream, which tells events of one version apart.
    pub(crate) sequence: i64,
}

impl Mark {
    /// Older than every event.
    pub(crate) const NEVER: Self = Self {
        version: -1,
        sequence: -1,
    };
}

/// What was measured; absent is unknown, never 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Measures {
    /// What a statement counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// Participants, peers, or a stated total.
    #[serde(with = "count_text", skip_serializing_if = "unknown")]
    pub(crate) count: Count,
    /// Coverage.
    #[serde(with = "count_text", skip_serializing_if = "unknown")]
    pub(crate) percent: Count,
    /// Points of an exam bonus.
    #[serde(with = "count_text", skip_serializing_if = "unknown")]
    pub(crate) points: Count,
    /// 第几期
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) batch_no: Option<i64>,
    /// Inclusive days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<i64>,
    /// Sites visited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sites: Option<i64>,
    /// Division codes of destinations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) destinations: Vec<String>,
    /// Number of a task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ordinal: Option<i64>,
    /// The year it is about, where that is not its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) year: Option<i32>,
    /// The quarter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quarter: Option<i32>,
    /// 届
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) term: Option<i32>,
    /// 次
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i32>,
    /// Money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount_fen: Option<i64>,
    /// Level of the volunteer force: `patrol` or `rescue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tier: Option<String>,
    /// Number of a bus line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line_no: Option<String>,
    /// Whether it counts into the yearly media total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) counted: Option<bool>,
    /// The person concerned, an opaque name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    /// The resource it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// The document concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<String>,
}

fn unknown(count: &Count) -> bool {
    count.value().is_none()
}

/// Counts in stored measures, as text: `20`, `>=20`.
mod count_text {
    use jianyi_kernel::Count;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        count: &Count,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(count)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Count, D::Error> {
        let text = String::deserialize(deserializer)?;
        Count::parse("measures", &text).map_err(|violation| D::Error::custom(violation.message))
    }
}

/// What an event tells about a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// What it is, e.g. `care.activity.recuperation`; empty while unknown.
    pub(crate) kind: String,
    /// Where it belongs.
    pub(crate) division: Division,
    /// When.
    pub(crate) on: FuzzyDate,
    /// Who says so.
    pub(crate) sources: Vec<String>,
    /// How often the source states it.
    pub(crate) occurrences: i32,
    /// What was measured.
    pub(crate) measures: Measures,
}

impl Content {
    /// Nothing known yet, or nothing that may be known.
    fn blank() -> Self {
        Self {
            kind: String::new(),
            division: Division::city(),
            on: FuzzyDate::unknown(),
            sources: Vec::new(),
            occurrences: 0,
            measures: Measures::default(),
        }
    }
}

/// What one resource came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The service it belongs to.
    pub(crate) context: String,
    /// Its resource name there.
    pub(crate) resource: String,
    /// What is known about it.
    pub(crate) content: Content,
    /// The event that told it.
    pub(crate) content_mark: Mark,
    /// Whether it holds.
    pub(crate) state: State,
    /// When it ended.
    pub(crate) ended_on: FuzzyDate,
    /// The event that told the state.
    pub(crate) state_mark: Mark,
}

/// What an event does to a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It tells the whole content, and a state.
    Told(Box<Content>, State),
    /// It tells a state only, and since when.
    Moved(State, FuzzyDate),
    /// Everything must be forgotten.
    Sealed,
}

impl Fact {
    /// A resource of which nothing is known.
    pub(crate) fn unheard(context: &str, resource: &str) -> Self {
        Self {
            context: context.into(),
            resource: resource.into(),
            content: Content::blank(),
            content_mark: Mark::NEVER,
            state: State::Current,
            ended_on: FuzzyDate::unknown(),
            state_mark: Mark::NEVER,
        }
    }

    /// The fact after one more event. Applying the same events in another order, or again, comes to
    /// the same fact.
    pub(crate) fn after(self, change: &Change, mark: Mark) -> Self {
        let mut fact = self;
        let content = match change {
            Change::Told(content, _) => Some((**content).clone()),
            Change::Sealed => Some(Content::blank()),
            Change::Moved(..) => None,
        };
        if let Some(content) = content
            && mark > fact.content_mark
        {
            fact.content = content;
            fact.content_mark = mark;
        }
        let (state, ended_on) = match change {
            Change::Told(_, state) => (*state, FuzzyDate::unknown()),
            Change::Moved(state, on) => (*state, on.clone()),
            Change::Sealed => (State::Sealed, FuzzyDate::unknown()),
        };
        if mark > fact.state_mark {
            fact.state = state;
            fact.ended_on = ended_on;
            fact.state_mark = mark;
        }
        fact
    }

    /// Version of the resource as last seen.
    pub(crate) fn version(&self) -> i64 {
        self.content_mark.version.max(self.state_mark.version)
    }

    /// Place of the newest event seen.
    pub(crate) fn sequence(&self) -> i64 {
        self.content_mark.sequence.max(self.state_mark.sequence)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn told(kind: &str, state: State) -> Change {
        let content = Content {
            kind: kind.into(),
            occurrences: 1,
            ..Content::blank()
        };
        Change::Told(Box::new(content), state)
    }

    fn run(events: &[(u8, i64, Change)]) -> BTreeMap<u8, Fact> {
        let mut facts: BTreeMap<u8, Fact> = BTreeMap::new();
        for (resource, version, change) in events {
            let known = facts
                .remove(resource)
                .unwrap_or_else(|| Fact::unheard("member", "heroes/1"));
            let mark = Mark {
                version: *version,
                sequence: *version,
            };
            facts.insert(*resource, known.after(change, mark));
        }
        facts
    }

    #[test]
    fn an_end_that_overtakes_its_beginning_stays_an_end() {
        let on = FuzzyDate::parse("on", "2024-05-01").unwrap();
        let events = [
            (1, 1, told("member.org_unit.station", State::Current)),
            (1, 2, Change::Moved(State::Ended, on.clone())),
        ];
        let mut reversed = events.clone();
        reversed.reverse();
        assert_eq!(run(&events), run(&reversed));
        let fact = &run(&reversed)[&1];
        assert_eq!(
            (fact.state, fact.content.kind.as_str()),
            (State::Ended, "member.org_unit.station")
        );
        assert_eq!(fact.ended_on, on);
    }

    #[test]
    fn a_late_confirmation_does_not_bring_a_sealed_hero_back() {
        let events = [
            (1, 2, Change::Sealed),
            (1, 1, told("member.hero", State::Current)),
        ];
        let fact = &run(&events)[&1];
        assert_eq!(
            (fact.state, fact.content.kind.as_str()),
            (State::Sealed, "")
        );
    }

    #[test]
    fn measures_survive_storage_and_leave_out_what_is_unknown() {
        let measures = Measures {
            count: Count::parse("n", ">=20").unwrap(),
            days: Some(7),
            ..Measures::default()
        };
        let json = serde_json::to_value(&measures).unwrap();
        assert_eq!(json, serde_json::json!({"count": ">=20", "days": 7}));
        assert_eq!(serde_json::from_value::<Measures>(json).unwrap(), measures);
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            Just(told("care.activity.recuperation", State::Planned)),
            Just(told("care.activity.recuperation", State::Current)),
            Just(Change::Moved(
                State::Ended,
                FuzzyDate::parse("on", "2024").unwrap()
            )),
            Just(Change::Moved(State::Cancelled, FuzzyDate::unknown())),
            Just(Change::Sealed),
        ]
    }

    proptest! {
        /// Any history of some resources, in any order and with any repeats, comes to the same facts.
        #[test]
        fn any_order_and_repetition_of_a_history_comes_to_the_same_facts(
            history in prop::collection::vec((0_u8..4, change()), 1..24),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
            seed in any::<u64>(),
        ) {
            let mut versions = BTreeMap::new();
            let events: Vec<_> = history
                .into_iter()
                .map(|(resource, change)| {
                    let version = versions.entry(resource).or_insert(0_i64);
                    *version += 1;
                    (resource, *version, change)
                })
                .collect();
            let mut shuffled = events.clone();
            shuffled.extend(picks.iter().map(|pick| pick.get(&events).clone()));
            shuffled.sort_by_key(|(resource, version, _)| {
                (u64::from(*resource) + 31).wrapping_mul(seed | 1).wrapping_add(version.cast_unsigned().wrapping_mul(seed.rotate_left(17)))
            });
            prop_assert_eq!(run(&events), run(&shuffled));
        }
    }
}

//! The annual report as a pure function of facts.
//!
//! Nothing is stored: change a fact and its figures change. What no fact tells is unknown and prints as
//! a dash, never as 0.

pub(crate) mod catalogue;
pub(crate) mod chronicle;
pub(crate) mod figure;
pub(crate) mod figures;
pub(crate) mod markdown;
pub(crate) mod places;
pub(crate) mod year;

use std::collections::BTreeMap;

use jianyi_kernel::Timestamp;

use crate::domain::fact::Fact;
use chronicle::Entry;
use figure::Figure;
use year::Year;

/// How far a division's events have been seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Watermark {
    /// Last position per context.
    pub(crate) sequence: BTreeMap<String, i64>,
    /// When the last of these events happened.
    pub(crate) last_event_at: Option<Timestamp>,
    /// When the last event happened that the division's own member service published.
    pub(crate) as_of: Option<Timestamp>,
    /// Since when the county is silent; a function of the events that tell of it.
    pub(crate) silent_since: Option<Timestamp>,
    /// What the watch saw when it last looked. Of the moment: nothing that must be the same again may show it.
    pub(crate) live: Live,
}

/// How far a county's events are behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Live {
    /// Events still to come; unknown where nobody watches.
    pub(crate) lag: Option<i64>,
    /// Events that are missing.
    pub(crate) gaps: Option<i64>,
}

/// The report of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// The year.
    pub(crate) year: i32,
    /// Figures by key.
    pub(crate) figures: BTreeMap<&'static str, Figure>,
    /// 大事记
    pub(crate) chronicle: Vec<Entry>,
    /// By six-digit division.
    pub(crate) watermarks: BTreeMap<String, Watermark>,
}

/// The mark that an export carries: who took it, when, and how much it was (V-132).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Account that took it.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Timestamp,
    /// Figures in it.
    pub(crate) figures: i32,
    /// Chronicle entries in it.
    pub(crate) entries: i32,
}

impl Stamp {
    /// The mark of a report that somebody takes now.
    pub(crate) fn of(report: &Report, by: &str, at: Timestamp) -> Self {
        let number = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
        Self {
            by: by.into(),
            at,
            figures: number(report.figures.len()),
            entries: number(report.chronicle.len()),
        }
    }
}

impl Report {
    /// Computes every figure of the catalogue.
    pub(crate) fn of(year: i32, facts: &[Fact], watermarks: BTreeMap<String, Watermark>) -> Self {
        let view = Year::new(year, facts);
        let figures = catalogue::SECTIONS
            .iter()
            .flat_map(|section| {
                section
                    .figures
                    .iter()
                    .map(move |definition| (section, definition))
            })
            .map(|(section, definition)| (definition.key, Figure::of(section, definition, &view)))
            .collect();
        Self {
            year,
            figures,
            chronicle: chronicle::entries(&view),
            watermarks,
        }
    }
}

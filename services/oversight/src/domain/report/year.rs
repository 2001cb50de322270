//! Facts seen from one year: what happened in it, what held in it, what still held at its end.

use crate::domain::fact::{Fact, State};

/// Facts and the year they are looked at from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Year<'a> {
    year: i32,
    facts: &'a [Fact],
}

impl<'a> Year<'a> {
    /// Looks at facts from a year.
    pub(crate) const fn new(year: i32, facts: &'a [Fact]) -> Self {
        Self { year, facts }
    }

    /// The year.
    pub(crate) const fn number(&self) -> i32 {
        self.year
    }

    /// Facts of a kind, or of the kinds below it, that were not cancelled or sealed and are not mere plans.
    pub(crate) fn all(&self, kind: &str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| {
            let real = match fact.state {
                State::Current | State::Ended => true,
                State::Planned | State::Cancelled | State::Sealed => false,
            };
            real && is_kind(&fact.content.kind, kind)
        })
    }

    /// Those that happened in the year.
    pub(crate) fn happened(&self, kind: &str) -> impl Iterator<Item = &'a Fact> {
        let year = self.year;
        self.all(kind)
            .filter(move |fact| fact.content.on.touches_year(year))
    }

    /// Those that held at some time of the year; what has no date is taken to hold.
    pub(crate) fn in_force(&self, kind: &str) -> impl Iterator<Item = &'a Fact> {
        let year = self.year;
        self.all(kind)
            .filter(move |fact| began_by(fact, year) && !ended_by(fact, year - 1))
    }

    /// Those that still held when the year ended.
    pub(crate) fn at_end(&self, kind: &str) -> impl Iterator<Item = &'a Fact> {
        let year = self.year;
        self.all(kind)
            .filter(move |fact| began_by(fact, year) && !ended_by(fact, year))
    }

    /// Those that are about the year by their own statement, whatever their date.
    pub(crate) fn about(&self, kind: &str, year: i32) -> impl Iterator<Item = &'a Fact> {
        self.all(kind)
            .filter(move |fact| fact.content.measures.year == Some(year))
    }

    /// The statements of a total that speak of the year: the city's newest, or else each county's newest.
    pub(crate) fn stated(&self, subject: &str) -> Vec<&'a Fact> {
        let statements: Vec<&'a Fact> = CONTEXTS
            .iter()
            .flat_map(|context| self.happened(context))
            .filter(|fact| fact.content.measures.subject.as_deref() == Some(subject))
            .filter(|fact| fact.content.measures.count.value().is_some())
            .collect();
        let city = jianyi_kernel::Division::city();
        if let Some(newest) = newest(
            statements
                .iter()
                .copied()
                .filter(|fact| fact.content.division == city),
        ) {
            return vec![newest];
        }
        let mut counties: Vec<_> = statements
            .iter()
            .map(|fact| &fact.content.division)
            .collect();
        counties.sort();
        counties.dedup();
        counties
            .into_iter()
            .filter_map(|county| {
                newest(
                    statements
                        .iter()
                        .copied()
                        .filter(|fact| fact.content.division == *county),
                )
            })
            .collect()
    }
}

const CONTEXTS: [&str; 5] = [
    "member.count_statement",
    "care.count_statement",
    "donation.count_statement",
    "publicity.count_statement",
    "oversight.count_statement",
];

fn newest<'a>(statements: impl Iterator<Item = &'a Fact>) -> Option<&'a Fact> {
    statements.max_by_key(|fact| (fact.content.on.span().map(|(_, last)| last), &fact.resource))
}

/// Whether a kind is the one asked for or below it: `care.activity.camp` is a `care.activity`.
pub(crate) fn is_kind(kind: &str, asked: &str) -> bool {
    kind.strip_prefix(asked)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn began_by(fact: &Fact, year: i32) -> bool {
    fact.content
        .on
        .span()
        .is_none_or(|(first, _)| first.year() <= year)
}

/// An end without a date is an end from the beginning: it is not in force any more, whenever one looks.
fn ended_by(fact: &Fact, year: i32) -> bool {
    fact.state == State::Ended
        && fact
            .ended_on
            .span()
            .is_none_or(|(_, last)| last.year() <= year)
}

//! One figure: a number with its modality, its words, and the facts behind it.

use std::collections::BTreeSet;

use jianyi_kernel::{Count, Fen, Modality};

use crate::domain::fact::Fact;
use crate::domain::report::catalogue::Section;
use crate::domain::report::year::Year;

/// The unit of money, which is counted in fen and printed in yuan.
pub(crate) const MONEY: &str = "分(人民币)";

/// How a figure is computed and printed.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Its key.
    pub(crate) key: &'static str,
    /// What it counts.
    pub(crate) label: &'static str,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// 口径: what is counted and what is not, in words for the reader of the report.
    pub(crate) definition: &'static str,
    /// The office that registers what it is counted from, and so fills it while it is unknown.
    pub(crate) kept_by: &'static str,
    /// The computation.
    pub(crate) compute: fn(&Year<'_>) -> Outcome,
}

/// What a computation comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    count: Count,
    stated: Option<i64>,
    recorded: Option<i64>,
    sources: BTreeSet<String>,
    facts: BTreeSet<String>,
}

impl Outcome {
    /// A number with the facts behind it; an unknown number has none.
    pub(crate) fn of<'a>(count: Count, facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut outcome = Self {
            count,
            ..Self::default()
        };
        if count.value().is_some() {
            for fact in facts {
                outcome.facts.insert(fact.resource.clone());
                outcome.sources.extend(fact.content.sources.iter().cloned());
            }
        }
        outcome
    }

    /// How many facts there are; none at all is unknown, for nobody said there were none.
    pub(crate) fn number_of<'a>(facts: impl Iterator<Item = &'a Fact>) -> Self {
        let facts: Vec<_> = facts.collect();
        Self::of(exact_or_unknown(facts.len()), facts)
    }

    /// How many different values facts have.
    pub(crate) fn distinct<'a, T: Ord>(
        facts: impl Iterator<Item = &'a Fact>,
        value: impl Fn(&'a Fact) -> Vec<T>,
    ) -> Self {
        let facts: Vec<_> = facts.filter(|fact| !value(fact).is_empty()).collect();
        let values: BTreeSet<T> = facts.iter().flat_map(|fact| value(fact)).collect();
        Self::of(exact_or_unknown(values.len()), facts)
    }

    /// The sum of the known counts of facts; exact only when all of them are.
    pub(crate) fn sum<'a>(
        facts: impl Iterator<Item = &'a Fact>,
        value: impl Fn(&Fact) -> Count,
    ) -> Self {
        let facts: Vec<_> = facts.filter(|fact| value(fact).value().is_some()).collect();
        let total = facts
            .iter()
            .map(|fact| value(fact))
            .reduce(added)
            .unwrap_or_default();
        Self::of(total, facts)
    }

    /// What sources state beside what the records come to: the larger is the figure, both are shown.
    pub(crate) fn stated_or_recorded(stated: Vec<&Fact>, recorded: Self) -> Self {
        let mut outcome = Self::sum(stated.into_iter(), |fact| fact.content.measures.count);
        let (Some(said), Some(counted)) = (outcome.count.value(), recorded.count.value()) else {
            return if outcome.count.value().is_some() {
                outcome
            } else {
                recorded
            };
        };
        outcome.count = match outcome.count.modality() {
            // "At least" stays a lower bound, whichever of the two is larger.
            Modality::AtLeast => {
                Count::new("count", Some(said.max(counted)), Modality::AtLeast).unwrap_or_default()
            }
            Modality::Exact | Modality::Approx | Modality::Unknown if counted > said => {
                recorded.count
            }
            Modality::Exact | Modality::Approx | Modality::Unknown => outcome.count,
        };
        outcome.stated = Some(said);
        outcome.recorded = Some(counted);
        outcome.facts.extend(recorded.facts);
        outcome.sources.extend(recorded.sources);
        outcome
    }
}

fn exact_or_unknown(number: usize) -> Count {
    match i64::try_from(number) {
        Ok(number) if number > 0 => Count::exact(number),
        Ok(_) | Err(_) => Count::UNKNOWN,
    }
}

fn added(one: Count, other: Count) -> Count {
    let modality = one.modality().max(other.modality());
    match (one.value(), other.value()) {
        (Some(a), Some(b)) => {
            Count::new("sum", Some(a.saturating_add(b)), modality).unwrap_or_default()
        }
        (Some(_), None) => one,
        (None, _) => other,
    }
}

/// A computed figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    /// The number and how it is meant.
    pub(crate) count: Count,
    /// As printed.
    pub(crate) text: String,
    /// Codes of source rows, sorted.
    pub(crate) sources: Vec<String>,
    /// Resource names of the facts, sorted.
    pub(crate) facts: Vec<String>,
    /// What a source states, where there are records too.
    pub(crate) stated: Option<i64>,
    /// What the records come to, where a total is stated too.
    pub(crate) recorded: Option<i64>,
    /// Stated minus recorded.
    pub(crate) difference: Option<i64>,
    /// What it counts.
    pub(crate) label: &'static str,
    /// Unit of the value.
    pub(crate) unit: &'static str,
    /// Code of its section.
    pub(crate) section: &'static str,
    /// 口径
    pub(crate) definition: &'static str,
    /// The office that registers what it is counted from.
    pub(crate) kept_by: &'static str,
}

impl Figure {
    /// Computes one figure.
    pub(crate) fn of(section: &Section, definition: &Definition, year: &Year<'_>) -> Self {
        let outcome = (definition.compute)(year);
        let difference = outcome
            .stated
            .zip(outcome.recorded)
            .map(|(stated, recorded)| stated.saturating_sub(recorded));
        Self {
            text: text(&outcome, difference, definition.unit),
            count: outcome.count,
            sources: outcome.sources.into_iter().collect(),
            facts: outcome.facts.into_iter().collect(),
            stated: outcome.stated,
            recorded: outcome.recorded,
            difference,
            label: definition.label,
            unit: definition.unit,
            section: section.code,
            definition: definition.definition,
            kept_by: definition.kept_by,
        }
    }
}

/// The unit stands in a column of its own, but `20余人` cannot be said without it.
fn text(outcome: &Outcome, difference: Option<i64>, unit: &str) -> String {
    let plain = match (outcome.count.value(), outcome.count.modality()) {
        (Some(_), Modality::AtLeast) if unit == "人" => outcome.count.zh(unit),
        (Some(fen), Modality::Exact) if unit == MONEY => format!("{}元", Fen::new(fen)),
        (_, Modality::Exact | Modality::AtLeast | Modality::Approx | Modality::Unknown) => {
            outcome.count.zh("")
        }
    };
    match (outcome.stated, outcome.recorded, difference) {
        (Some(stated), Some(recorded), Some(difference))
            if difference > 0 && stated != recorded =>
        {
            format!("{plain}(系统逐条登记 {recorded},差 {difference})")
        }
        (Some(stated), Some(recorded), Some(difference))
            if difference < 0 && stated != recorded =>
        {
            format!(
                "{plain}(原文载 {stated},系统逐条登记多 {})",
                difference.unsigned_abs()
            )
        }
        _ => plain,
    }
}

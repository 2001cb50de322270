//! The report and its facts for the wire.

use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{api, convert};

use crate::domain::fact::{Fact, State};
use crate::domain::report::catalogue::SECTIONS;
use crate::domain::report::chronicle::Entry;
use crate::domain::report::figure::Figure;
use crate::domain::report::{Report, Watermark};
use crate::wire::wire_name;

/// A report.
pub(crate) fn report(report: Report) -> pb::AnnualReport {
    let sections = SECTIONS.iter().map(|section| pb::Section {
        code: section.code.into(),
        title: section.title.into(),
        figures: section
            .figures
            .iter()
            .map(|figure| figure.key.into())
            .collect(),
    });
    pb::AnnualReport {
        year: report.year,
        figures: report
            .figures
            .into_iter()
            .map(|(key, value)| (key.into(), figure(value)))
            .collect(),
        watermarks: report
            .watermarks
            .into_iter()
            .map(|(division, mark)| (division, watermark(mark)))
            .collect(),
        sections: sections.collect(),
        chronicle: report.chronicle.into_iter().map(entry).collect(),
    }
}

fn figure(figure: Figure) -> pb::Figure {
    let count = api::v1::Count::from(figure.count);
    pb::Figure {
        value: count.value,
        modality: count.modality,
        text: figure.text,
        sources: figure.sources,
        facts: figure.facts,
        stated: figure.stated,
        recorded: figure.recorded,
        difference: figure.difference,
        label: figure.label.into(),
        unit: figure.unit.into(),
        section: figure.section.into(),
        definition: figure.definition.into(),
        kept_by: figure.kept_by.into(),
    }
}

fn watermark(mark: Watermark) -> pb::Watermark {
    pb::Watermark {
        sequence: mark.sequence.into_iter().collect(),
        last_event_time: mark.last_event_at.map(convert::timestamp),
        as_of: mark.as_of.map(convert::timestamp),
        silent_since: mark.silent_since.map(convert::timestamp),
        lag_events: mark.live.lag,
        gap_events: mark.live.gaps,
    }
}

/// A line of the 大事记.
pub(crate) fn entry(entry: Entry) -> pb::ChronicleEntry {
    pb::ChronicleEntry {
        on: entry.on,
        date_text: entry.date_text,
        text: entry.text,
        fact: entry.fact,
        kind: entry.kind,
        division: entry.division,
        sources: entry.sources,
    }
}

/// A fact. Sealed ones never come here.
pub(crate) fn fact(fact: Fact) -> pb::FactRecord {
    let (version, stream_sequence) = (fact.version(), fact.sequence());
    let state = match fact.state {
        State::Sealed => pb::FactState::Unspecified,
        State::Planned | State::Current | State::Ended | State::Cancelled => {
            pb::FactState::from_str_name(&wire_name("FACT_STATE_", fact.state)).unwrap_or_default()
        }
    };
    let measures = match serde_json::to_value(&fact.content.measures) {
        Ok(serde_json::Value::Object(measures)) => measures
            .into_iter()
            .map(|(name, value)| (name, words(&value)))
            .collect(),
        Ok(_) | Err(_) => std::collections::HashMap::new(),
    };
    pb::FactRecord {
        resource: fact.resource,
        context: fact.context,
        kind: fact.content.kind,
        division: fact.content.division.to_string(),
        on: fact.content.on.to_string(),
        ended_on: fact.ended_on.to_string(),
        state: state.into(),
        sources: fact.content.sources,
        occurrences: fact.content.occurrences,
        measures,
        version,
        stream_sequence,
    }
}

fn words(value: &serde_json::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

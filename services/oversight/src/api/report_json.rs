//! The machine-readable report, byte for byte the same for the same facts.

use std::collections::BTreeMap;

use jianyi_kernel::{Modality, Timestamp};
use jianyi_proto::api::v1 as common;
use jianyi_proto::oversight::v1 as pb;
use serde_json::{Map, Value, json};

use crate::domain::report::catalogue::KEYS;

/// The report as JSON: `{"year", "figures": {key: {"value", "modality", "text", "sources", "facts"}},
/// "watermarks": {division: {"sequence", "last_event_time", "as_of", "silent_since"}}}`. Keys stand in the catalogue's
/// order; a figure with both a stated total and records also has `stated`, `recorded` and `difference`. How far counties
/// are behind at this moment is not in it: it is not the same when asked again.
#[must_use]
pub fn report_json(report: &pb::AnnualReport) -> Value {
    let mut figures = Map::new();
    for key in KEYS {
        if let Some(figure) = report.figures.get(key) {
            figures.insert(key.into(), figure_json(figure));
        }
    }
    let divisions: BTreeMap<&String, &pb::Watermark> = report.watermarks.iter().collect();
    let watermarks: Map<String, Value> = divisions
        .into_iter()
        .map(|(division, mark)| (division.clone(), watermark_json(mark)))
        .collect();
    json!({ "year": report.year, "figures": figures, "watermarks": watermarks })
}

fn figure_json(figure: &pb::Figure) -> Value {
    let mut json = Map::new();
    json.insert("value".into(), figure.value.into());
    json.insert(
        "modality".into(),
        modality(figure.modality()).as_str().into(),
    );
    json.insert("text".into(), figure.text.clone().into());
    json.insert("sources".into(), figure.sources.clone().into());
    json.insert("facts".into(), figure.facts.clone().into());
    if let (Some(stated), Some(recorded), Some(difference)) =
        (figure.stated, figure.recorded, figure.difference)
    {
        json.insert("stated".into(), stated.into());
        json.insert("recorded".into(), recorded.into());
        json.insert("difference".into(), difference.into());
    }
    Value::Object(json)
}

const fn modality(wire: common::Modality) -> Modality {
    match wire {
        common::Modality::Unspecified => Modality::Unknown,
        common::Modality::Exact => Modality::Exact,
        common::Modality::AtLeast => Modality::AtLeast,
        common::Modality::Approx => Modality::Approx,
    }
}

fn watermark_json(mark: &pb::Watermark) -> Value {
    let sequence: BTreeMap<&String, &i64> = mark.sequence.iter().collect();
    let time = |at: Option<&prost_types::Timestamp>| {
        at.and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
            .map(Timestamp::rfc3339)
    };
    json!({
        "sequence": sequence,
        "last_event_time": time(mark.last_event_time.as_ref()),
        "as_of": time(mark.as_of.as_ref()),
        "silent_since": time(mark.silent_since.as_ref()),
    })
}

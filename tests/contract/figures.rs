//! Dashboards and alerts ask for figures that the code sends, by labels that it sends; and every figure is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jianyi_telemetry::figure::{self, Figure, Kind};
use serde_json::Value;

use crate::source::root;

/// Words of the query language that could be taken for names.
const WORDS: [&str; 6] = ["and", "or", "unless", "bool", "offset", "ignoring"];
/// Before a list of labels.
const GROUPING: [&str; 6] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
];

fn folder() -> PathBuf {
    root().join("deploy/observability")
}

/// A name as Prometheus has it after the collector's translation.
fn translated(name: &str) -> String {
    name.replace('.', "_")
}

/// The series that a figure becomes.
fn series(figure: &Figure) -> Vec<String> {
    let mut base = translated(figure.name);
    if figure.unit == "s" {
        base.push_str("_seconds");
    } else {
        // Any other unit would be spelled out; what is in braces is not.
        assert!(figure.unit.starts_with('{'), "{}", figure.name);
    }
    match figure.kind {
        Kind::Durations => ["bucket", "count", "sum"]
            .map(|part| format!("{base}_{part}"))
            .into(),
        Kind::Level | Kind::Sum => vec![base],
        Kind::Counter => vec![format!("{base}_total")],
    }
}

/// Every series that there is, with its labels.
fn known() -> BTreeMap<String, BTreeSet<String>> {
    let mut known = BTreeMap::new();
    for figure in figure::ALL {
        let labels: BTreeSet<String> = figure.labels.iter().map(|it| translated(it)).collect();
        for name in series(figure) {
            let mut labels = labels.clone();
            if name.ends_with("_bucket") {
                labels.insert("le".into());
            }
            known.insert(name, labels);
        }
    }
    known
}

/// What an expression asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    series: BTreeSet<String>,
    labels: BTreeSet<String>,
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':')
}

/// Cuts out everything between two marks; what it held, and what is left.
fn without(text: &str, open: char, close: char) -> (Vec<String>, String) {
    let (mut inside, mut left, mut rest) = (Vec::new(), String::new(), text);
    while let Some((before, after)) = rest.split_once(open) {
        let (held, later) = after.split_once(close).unwrap();
        inside.push(held.to_owned());
        left.push_str(before);
        rest = later;
    }
    left.push_str(rest);
    (inside, left)
}

/// Reads an expression as far as names of series and of labels go.
fn asked(expression: &str) -> Asked {
    let mut asked = Asked::default();
    // Texts first: they may hold anything. Grafana's variables stand in them only.
    let (_, bare) = without(expression, '"', '"');
    let (selectors, bare) = without(&bare, '{', '}');
    let (_, bare) = without(&bare, '[', ']');
    for matcher in selectors.iter().flat_map(|it| it.split(',')) {
        let label: String = matcher.trim().chars().take_while(|&c| is_name(c)).collect();
        asked.labels.insert(label);
    }
    let mut rest = bare.as_str();
    let mut grouping = false;
    while let Some(at) = rest.find(|c: char| is_name(c) || matches!(c, '(' | '"')) {
        rest = &rest[at..];
        if let Some(list) = rest.strip_prefix('(') {
            if grouping {
                let (labels, later) = list.split_once(')').unwrap();
                let labels = labels.split(',').map(str::trim).filter(|it| !it.is_empty());
                asked.labels.extend(labels.map(str::to_owned));
                rest = later;
            } else {
                rest = list;
            }
            grouping = false;
            continue;
        }
        let word: String = rest.chars().take_while(|&c| is_name(c)).collect();
        rest = &rest[word.len()..];
        grouping = GROUPING.contains(&word.as_str());
        let follows = rest.trim_start();
        let is_function = ["(", "by ", "without "]
            .iter()
            .any(|it| follows.starts_with(it));
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        if !grouping && !is_function && !is_number && !WORDS.contains(&word.as_str()) {
            asked.series.insert(word);
        }
    }
    asked
}

/// Every expression of the alerts, each on the one line after its alert.
fn of_alerts() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join("alerts.yml")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for pair in lines.windows(2) {
        if let Some(alert) = pair[0].trim().strip_prefix("- alert: ") {
            let expression = pair[1].trim().strip_prefix("expr: ").unwrap();
            found.push((alert.to_owned(), expression.to_owned()));
        }
    }
    assert_eq!(found.len(), text.matches("expr:").count());
    found
}

/// Every query of the dashboards.
fn of_boards() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder().join("grafana/boards")).unwrap() {
        let path = entry.unwrap().path();
        let board: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = board["title"].as_str().unwrap();
        collect(name, &board, &mut found);
    }
    found
}

fn collect(board: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(expression)) = fields.get("expr") {
                found.push((board.to_owned(), expression.clone()));
            }
            // A variable's values: `label_values(series, label)`.
            if let Some(Value::String(query)) = fields.get("query") {
                let inner = query.strip_prefix("label_values(").unwrap();
                let (series, label) = inner.trim_end_matches(')').split_once(',').unwrap();
                let query = format!("sum by ({}) ({series})", label.trim());
                found.push((board.to_owned(), query));
            }
            for value in fields.values() {
                collect(board, value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|it| collect(board, it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn g19_dashboards_and_alerts_ask_for_what_is_sent_and_all_that_is_sent_is_asked_for() {
    let known = known();
    let mut used = BTreeSet::new();
    let queries: Vec<(String, String)> = of_alerts().into_iter().chain(of_boards()).collect();
    assert!(queries.len() > 25, "{}", queries.len());
    for (place, expression) in &queries {
        let Asked { series, labels } = asked(expression);
        assert!(!series.is_empty(), "{place}: {expression}");
        let mut there = BTreeSet::new();
        for name in &series {
            let Some(of_series) = known.get(name) else {
                panic!("{place}: nobody sends {name}: {expression}");
            };
            there.extend(of_series);
        }
        for label in &labels {
            assert!(
                there.contains(label),
                "{place}: no label {label}: {expression}"
            );
        }
        used.extend(series);
    }
    for figure in figure::ALL {
        let shown = series(figure).iter().any(|name| used.contains(name));
        assert!(shown, "nobody looks at {}", figure.name);
    }
}

#[test]
fn dashboards_name_the_sources_that_are_provisioned() {
    let sources = folder().join("grafana/datasources/datasources.yaml");
    let sources = std::fs::read_to_string(sources).unwrap();
    for entry in std::fs::read_dir(folder().join("grafana/boards")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let board: Value = serde_json::from_str(&text).unwrap();
        let panels = board["panels"].as_array().unwrap();
        assert!(!panels.is_empty());
        for panel in panels {
            let uid = panel["datasource"]["uid"].as_str().unwrap();
            assert!(sources.contains(&format!("uid: {uid}\n")), "{uid}");
        }
    }
}

#[test]
fn expressions_are_read_as_prometheus_reads_them() {
    let found = asked(
        r#"histogram_quantile(0.9, sum by (le, a) (rate(x_bucket{b="y{z}",c=~"$v"}[5m]))) / on (d) group_left (e) w > 2.5 and v == 1"#,
    );
    let set = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect();
    assert_eq!(found.series, set(&["x_bucket", "w", "v"]));
    assert_eq!(found.labels, set(&["a", "b", "c", "d", "e", "le"]));
}

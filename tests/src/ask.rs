//! The figures of a report, by key, as the stories want to compare them.

use serde_json::Value;

/// A report's JSON with short questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures(pub Value);

impl Figures {
    /// The value of a figure; `None` when it is null.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<i64> {
        self.figure(key)["value"].as_i64()
    }

    /// One figure.
    #[must_use]
    pub fn figure(&self, key: &str) -> &Value {
        let figure = &self.0["figures"][key];
        assert!(figure.is_object(), "the report has no figure {key}");
        figure
    }

    /// Resource names behind a figure.
    #[must_use]
    pub fn facts(&self, key: &str) -> Vec<String> {
        let facts = self.figure(key)["facts"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        facts
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}

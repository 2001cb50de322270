//! Figures: counts, levels and durations that go to the collector. Without one they cost next to nothing.
//!
//! Which there are stands in [`crate::figure`]; nothing else can be measured, and no label that is not named there
//! is sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use opentelemetry::metrics::Meter;
use opentelemetry::{KeyValue, global, metrics};

use crate::figure::Figure;

/// A name and its value.
pub type Label<'a> = (&'static str, &'a str);

/// Upper bounds of durations in seconds, as the conventions advise them for calls.
const BOUNDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

static INTERVAL: OnceLock<Duration> = OnceLock::new();

/// How often levels are to be taken; `None` when nobody would see them.
#[must_use]
pub fn interval() -> Option<Duration> {
    INTERVAL.get().copied()
}

pub(crate) fn begin(interval: Duration) {
    // The first one stays, as the subscriber does.
    let _ = INTERVAL.set(interval);
}

fn meter() -> Meter {
    global::meter("jianyi")
}

fn attributes(figure: &Figure, labels: &[Label<'_>]) -> Vec<KeyValue> {
    labels
        .iter()
        .filter(|(name, _)| figure.labels.contains(name))
        .map(|&(name, value)| KeyValue::new(name, value.to_owned()))
        .collect()
}

/// What only grows.
#[derive(Debug, Clone)]
pub struct Counter(&'static Figure, metrics::Counter<u64>);

impl Counter {
    /// Measures a figure.
    #[must_use]
    pub fn of(figure: &'static Figure) -> Self {
        let meter = meter();
        let builder = meter.u64_counter(figure.name).with_unit(figure.unit);
        Self(figure, builder.with_description(figure.what).build())
    }

    /// Counts on.
    pub fn add(&self, by: u64, labels: &[Label<'_>]) {
        self.1.add(by, &attributes(self.0, labels));
    }
}

/// What is looked up now and then.
#[derive(Debug, Clone)]
pub struct Level(&'static Figure, metrics::Gauge<i64>);

impl Level {
    /// Measures a figure.
    #[must_use]
    pub fn of(figure: &'static Figure) -> Self {
        let meter = meter();
        let builder = meter.i64_gauge(figure.name).with_unit(figure.unit);
        Self(figure, builder.with_description(figure.what).build())
    }

    /// What it is now.
    pub fn set(&self, value: i64, labels: &[Label<'_>]) {
        self.1.record(value, &attributes(self.0, labels));
    }
}

/// What is looked up now and then, and adds up over all who report it.
#[derive(Debug, Clone)]
pub struct Sum {
    figure: &'static Figure,
    counter: metrics::UpDownCounter<i64>,
    /// By labels: the counter wants to be told what changed.
    last: Arc<Mutex<BTreeMap<String, i64>>>,
}

impl Sum {
    /// Measures a figure.
    #[must_use]
    pub fn of(figure: &'static Figure) -> Self {
        let meter = meter();
        let builder = meter.i64_up_down_counter(figure.name);
        let builder = builder.with_unit(figure.unit).with_description(figure.what);
        Self {
            figure,
            counter: builder.build(),
            last: Arc::default(),
        }
    }

    /// What this one's part is now.
    pub fn set(&self, value: i64, labels: &[Label<'_>]) {
        let key = format!("{labels:?}");
        // A number stays sound whoever panicked while holding it.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.insert(key, value).unwrap_or_default();
        self.counter.add(
            value.saturating_sub(before),
            &attributes(self.figure, labels),
        );
    }
}

/// How long something takes, in seconds.
#[derive(Debug, Clone)]
pub struct Durations(&'static Figure, metrics::Histogram<f64>);

impl Durations {
    /// Measures a figure.
    #[must_use]
    pub fn of(figure: &'static Figure) -> Self {
        let meter = meter();
        let builder = meter.f64_histogram(figure.name).with_unit(figure.unit);
        let builder = builder.with_boundaries(BOUNDS.to_vec());
        Self(figure, builder.with_description(figure.what).build())
    }

    /// One took so long.
    pub fn record(&self, took: Duration, labels: &[Label<'_>]) {
        self.1
            .record(took.as_secs_f64(), &attributes(self.0, labels));
    }
}

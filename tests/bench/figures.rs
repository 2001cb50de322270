//! Percentiles of measured times.

use std::fmt;
use std::time::Duration;

/// Times of many calls of one kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that `per_mille` of a thousand calls stay below.
    pub(crate) fn at(&self, per_mille: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * per_mille).div_ceil(1000).max(1) - 1;
        sorted.get(rank).copied().unwrap_or_default()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "n {:>7}  p50 {:>9.3?}  p95 {:>9.3?}  p99 {:>9.3?}",
            self.count(),
            self.at(500),
            self.at(950),
            self.at(990)
        )
    }
}

/// `a` in hundredths of `b`: 100 means the same.
pub(crate) fn percent(a: Duration, b: Duration) -> u128 {
    (a.as_micros() * 100).div_euclid(b.as_micros().max(1))
}

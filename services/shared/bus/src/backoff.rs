//! Waiting longer after each failure, up to a bound.

use std::time::Duration;

/// The n-th wait of a series that doubles: `first`, 2·`first`, … never more than `longest`.
pub(crate) fn nth(n: u32, first: Duration, longest: Duration) -> Duration {
    first
        .saturating_mul(1_u32.checked_shl(n).unwrap_or(u32::MAX))
        .min(longest)
}

/// A series of waits that starts over after a success.
#[derive(Debug)]
pub(crate) struct Backoff {
    failures: u32,
    longest: Duration,
}

impl Backoff {
    pub(crate) const fn new(longest: Duration) -> Self {
        Self {
            failures: 0,
            longest,
        }
    }

    pub(crate) const fn reset(&mut self) {
        self.failures = 0;
    }

    pub(crate) async fn wait(&mut self) {
        let delay = nth(self.failures, Duration::from_millis(100), self.longest);
        self.failures = self.failures.saturating_add(1).min(16);
        tokio::time::sleep(delay).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_bound() {
        let wait = |n| nth(n, Duration::from_millis(100), Duration::from_secs(30)).as_millis();
        assert_eq!(
            [0, 1, 2, 8, 9, 31, 32, 400].map(wait),
            [100, 200, 400, 25_600, 30_000, 30_000, 30_000, 30_000]
        );
    }
}

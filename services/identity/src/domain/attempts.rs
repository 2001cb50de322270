//! Failed logins in a row, and the lock they lead to (dossier 4.5: five failures, thirty minutes).

use jianyi_kernel::Timestamp;
use time::Duration;

use super::Error;

/// Failures after which a login is locked.
const FAILURES_ALLOWED: i64 = 5;
/// How long it stays locked, and how long a failure is remembered.
const LOCK: Duration = Duration::minutes(30);

/// What is remembered about one login, known or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attempts {
    pub(crate) failures: i64,
    pub(crate) failed_at: Option<Timestamp>,
    pub(crate) locked_until: Option<Timestamp>,
}

impl Attempts {
    /// Whether a login may be tried now.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Error> {
        match self.locked_until {
            Some(until) if now < until => Err(Error::Locked(until)),
            Some(_) | None => Ok(()),
        }
    }

    /// After one more failure.
    pub(crate) fn fail(self, now: Timestamp) -> Self {
        let forgotten = self.failed_at.is_some_and(|at| after(at, LOCK) <= now);
        let failures = if forgotten {
            1
        } else {
            self.failures.saturating_add(1)
        };
        let locked = failures >= FAILURES_ALLOWED;
        Self {
            failures: if locked { 0 } else { failures },
            failed_at: Some(now),
            locked_until: locked.then(|| after(now, LOCK)),
        }
    }
}

fn after(at: Timestamp, by: Duration) -> Timestamp {
    Timestamp::from_offset(at.as_offset().saturating_add(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(n: i64) -> Timestamp {
        Timestamp::from_unix(1_700_000_000 + n * 60, 0).unwrap()
    }

    #[test]
    fn g01_the_fifth_failure_locks_for_thirty_minutes() {
        let mut attempts = Attempts::default();
        for n in 0..5 {
            attempts.check(minute(n)).unwrap();
            attempts = attempts.fail(minute(n));
        }
        assert_eq!(attempts.check(minute(5)), Err(Error::Locked(minute(34))));
        assert_eq!(attempts.check(minute(33)), Err(Error::Locked(minute(34))));
        attempts.check(minute(34)).unwrap();
        // One more failure afterwards begins to count anew.
        attempts.fail(minute(34)).check(minute(34)).unwrap();
    }

    #[test]
    fn failures_long_ago_do_not_count() {
        let mut attempts = Attempts::default();
        for n in 0..4 {
            attempts = attempts.fail(minute(n));
        }
        attempts = attempts.fail(minute(33));
        assert_eq!(attempts.failures, 1);
        attempts.check(minute(33)).unwrap();
    }
}

//! The only place where the wall clock is read and ids are made, so that rules with dates can be tested.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::{Date, OffsetDateTime};
use uuid::{ContextV7, Uuid};

use crate::{Id, Timestamp};

/// A source of the present: the system's, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<Fixed>),
}

#[derive(Debug)]
struct Fixed {
    at: Mutex<Timestamp>,
    order: Order,
}

/// What keeps ids of one millisecond in the order in which they were made.
type Order = Mutex<ContextV7>;

static SYSTEM_ORDER: Order = Mutex::new(ContextV7::new());

impl Clock {
    /// The real clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::set`] or [`Clock::advance`] moves it.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(Fixed {
            at: Mutex::new(at),
            order: Mutex::new(ContextV7::new()),
        })))
    }

    /// The present instant.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one clock everybody else asks"
    )]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::from_offset(OffsetDateTime::now_utc()),
            Source::Fixed(it) => *it.at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Today in Shanghai.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now().business_date()
    }

    /// A fresh id, ordered by time.
    #[must_use]
    pub fn new_id<K>(&self) -> Id<K> {
        Id::from_uuid(self.new_uuid())
    }

    /// A fresh UUIDv7 stamped with this clock's present, after every one that this process made before.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        let (seconds, nanos) = self.now().to_unix();
        let order = match &self.0 {
            Source::System => &SYSTEM_ORDER,
            Source::Fixed(it) => &it.order,
        };
        let stamp = uuid::Timestamp::from_unix(
            order,
            u64::try_from(seconds).unwrap_or(0),
            u32::try_from(nanos).unwrap_or(0),
        );
        Uuid::new_v7(stamp)
    }

    /// Moves a fixed clock; no effect on the system clock.
    pub fn set(&self, to: Timestamp) {
        if let Source::Fixed(it) = &self.0 {
            *it.at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }

    /// Moves a fixed clock forward; no effect on the system clock.
    pub fn advance(&self, by: Duration) {
        let by = time::Duration::try_from(by).unwrap_or(time::Duration::ZERO);
        self.set(Timestamp::from_offset(self.now().as_offset() + by));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_instant_are_in_the_order_in_which_they_were_made() {
        let fixed = Clock::fixed(Clock::system().now());
        for clock in [fixed, Clock::system()] {
            let ids: Vec<Uuid> = (0..1000).map(|_| clock.new_uuid()).collect();
            assert!(ids.is_sorted_by(|a, b| a < b));
        }
    }
}

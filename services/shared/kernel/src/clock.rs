//! The only place where the wall clock is read and ids are made, so that rules with dates can be tested.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::{Date, OffsetDateTime};
use uuid::{NoContext, Uuid};

use crate::{Id, Timestamp};

/// A source of the present: the system's, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// The real clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::set`] or [`Clock::advance`] moves it.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(at))))
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
            Source::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
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

    /// A fresh UUIDv7 stamped with this clock's present.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        let (seconds, nanos) = self.now().to_unix();
        let stamp = uuid::Timestamp::from_unix(
            NoContext,
            u64::try_from(seconds).unwrap_or(0),
            u32::try_from(nanos).unwrap_or(0),
        );
        Uuid::new_v7(stamp)
    }

    /// Moves a fixed clock; no effect on the system clock.
    pub fn set(&self, to: Timestamp) {
        if let Source::Fixed(at) = &self.0 {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }

    /// Moves a fixed clock forward; no effect on the system clock.
    pub fn advance(&self, by: Duration) {
        let by = time::Duration::try_from(by).unwrap_or(time::Duration::ZERO);
        self.set(Timestamp::from_offset(self.now().as_offset() + by));
    }
}

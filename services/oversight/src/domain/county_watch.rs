//! Whether a county is heard of: silence is told once, and so is its end.

use jianyi_kernel::{Division, Timestamp};
use time::Date;

/// What the watch knows of a joined county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CountyWatch {
    /// The county.
    pub(crate) county: Division,
    /// Since when it is asked.
    pub(crate) began_at: Timestamp,
    /// Whether it answered when it was last asked.
    pub(crate) reachable: bool,
    /// When it last answered.
    pub(crate) heard_at: Option<Timestamp>,
    /// Since when it is silent, once that was told.
    pub(crate) silent_since: Option<Timestamp>,
    /// Its stream as it was when that was last asked.
    pub(crate) stream: StreamCheck,
    /// The day on which the end of its certificate was last told.
    pub(crate) certificate_told_on: Option<Date>,
}

/// A county's own stream, compared with what became part of the figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StreamCheck {
    /// When; `None` when never.
    pub(crate) checked_at: Option<Timestamp>,
    /// The last event of its own that the stream holds: its sequence.
    pub(crate) last_sequence: Option<i64>,
    /// When that was published.
    pub(crate) last_at: Option<Timestamp>,
    /// How many events of its own are after the watermark.
    pub(crate) lag: Option<i64>,
    /// When the first of them was published.
    pub(crate) waiting_since: Option<Timestamp>,
    /// How many events before the watermark are missing.
    pub(crate) gap_events: i64,
    /// The first of their sequences.
    pub(crate) gap_sequences: Vec<i64>,
}

/// What there is to tell after a county was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tidings {
    /// It has been silent for longer than is usual, since then.
    Silent(Timestamp),
    /// It had been silent since then.
    Back(Timestamp),
}

impl CountyWatch {
    /// It answered.
    pub(crate) fn heard(self, at: Timestamp) -> (Self, Option<Tidings>) {
        let tidings = self.silent_since.map(Tidings::Back);
        let watch = Self {
            reachable: true,
            heard_at: Some(at),
            silent_since: None,
            ..self
        };
        (watch, tidings)
    }

    /// It did not answer. Nobody is called silent for a time in which nobody asked: the watch itself may have been
    /// away, and asks since `asking_since`.
    pub(crate) fn missed(
        self,
        now: Timestamp,
        asking_since: Timestamp,
        patience: time::Duration,
    ) -> (Self, Option<Tidings>) {
        let last = self.heard_at.unwrap_or(self.began_at);
        let waited = now.as_offset() - last.max(asking_since).as_offset();
        let silent = self.silent_since.is_none() && waited > patience;
        let watch = Self {
            reachable: false,
            silent_since: if silent {
                Some(last)
            } else {
                self.silent_since
            },
            ..self
        };
        (watch, silent.then_some(Tidings::Silent(last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: time::Duration = time::Duration::seconds(45);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(1_735_603_200 + second, 0).unwrap()
    }

    fn watch() -> CountyWatch {
        CountyWatch {
            county: "410621".parse().unwrap(),
            began_at: at(0),
            reachable: false,
            heard_at: None,
            silent_since: None,
            stream: StreamCheck::default(),
            certificate_told_on: None,
        }
    }

    #[test]
    fn silence_is_told_once_with_when_it_began_and_so_is_its_end() {
        let (watch, told) = watch().heard(at(10));
        assert_eq!(told, None);
        let (watch, told) = watch.missed(at(55), at(0), PATIENCE);
        assert_eq!((told, watch.reachable), (None, false));
        let (watch, told) = watch.missed(at(56), at(0), PATIENCE);
        assert_eq!(told, Some(Tidings::Silent(at(10))));
        let (watch, told) = watch.missed(at(500), at(0), PATIENCE);
        assert_eq!((told, watch.silent_since), (None, Some(at(10))));
        let (watch, told) = watch.heard(at(600));
        assert_eq!(told, Some(Tidings::Back(at(10))));
        assert_eq!(watch.heard(at(605)).1, None);
    }

    #[test]
    fn one_that_never_answered_is_silent_since_it_was_first_asked() {
        let (_, told) = watch().missed(at(46), at(0), PATIENCE);
        assert_eq!(told, Some(Tidings::Silent(at(0))));
    }

    #[test]
    fn a_watch_that_was_away_itself_blames_nobody() {
        let (watch, _) = watch().heard(at(10));
        let (watch, told) = watch.missed(at(7200), at(7190), PATIENCE);
        assert_eq!(told, None);
        let (_, told) = watch.missed(at(7236), at(7190), PATIENCE);
        assert_eq!(told, Some(Tidings::Silent(at(10))));
    }
}

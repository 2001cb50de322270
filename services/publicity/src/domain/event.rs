//! Events, and that a cancelled one keeps its date but does not count (V-114).

use jianyi_kernel::{Count, Division, DomainError, FuzzyDate, IdKind};

use super::{DOMAIN, Origin, Recorded, Title};

/// Kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum EventKind {
    SpringGala,
    BusLaunch,
    ArmyDayEducation,
    Other,
}

/// How an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum EventState {
    Held,
    Cancelled,
}

/// A place visited during an event.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Site {
    pub(crate) title: String,
    pub(crate) division: Option<Division>,
}

/// Something the association held.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) title: Title,
    pub(crate) held_on: FuzzyDate,
    pub(crate) place: String,
    pub(crate) participants: Count,
    pub(crate) sites: Vec<Site>,
    pub(crate) organisers: String,
    pub(crate) state: EventState,
    pub(crate) origin: Origin,
}

impl IdKind for Event {
    const COLLECTION: &'static str = "events";
}

/// Why an event does not move.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the event was cancelled before")]
    Cancelled,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Cancelled => "EVENT_CANCELLED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Cancelled => "该活动此前已取消,无需再次取消".into(),
        }
    }
}

impl Recorded<Event> {
    /// HELD → CANCELLED.
    pub(crate) fn cancel(self) -> Result<Self, Error> {
        match self.fact.state {
            EventState::Cancelled => Err(Error::Cancelled),
            EventState::Held => {
                let fact = Event {
                    state: EventState::Cancelled,
                    ..self.fact.clone()
                };
                Ok(self.changed(fact))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Provenance, Timestamp, Violations};

    use super::*;

    #[test]
    fn v114_a_cancelled_event_keeps_its_date_and_is_cancelled_once() {
        let clock = Clock::fixed(Timestamp::from_unix(0, 0).unwrap());
        let held = Recorded::new(
            clock.new_id(),
            clock.now(),
            Event {
                kind: EventKind::Other,
                title: Title::parse(&mut Violations::new(), "title", "讲座").unwrap(),
                held_on: FuzzyDate::parse("held_on", "2023-08-01AM").unwrap(),
                place: String::new(),
                participants: Count::UNKNOWN,
                sites: Vec::new(),
                organisers: String::new(),
                state: EventState::Held,
                origin: Origin {
                    division: Division::city(),
                    provenance: Provenance::default(),
                },
            },
        );
        let cancelled = held.cancel().unwrap();
        assert_eq!(cancelled.version, 2);
        assert_eq!(cancelled.fact.held_on.canonical(), "2023-08-01AM");
        assert_eq!(cancelled.cancel().unwrap_err(), Error::Cancelled);
    }
}

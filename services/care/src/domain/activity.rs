//! Activities: planned, then closed with what happened, or cancelled.

use jianyi_kernel::{Count, Division, DomainError, FuzzyDate, Precision, Provenance, Timestamp};
use time::Date;

use super::DOMAIN;
use super::id::{ActivityId, ProgrammeId};

/// Kinds of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ActivityKind {
    /// 健康休养
    Recuperation,
    /// 英模子女夏令营
    ChildrenCamp,
    /// 健康体检
    HealthCheck,
    /// 义诊
    FreeClinic,
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ActivityState {
    /// It is to take place.
    Planned,
    /// It took place and its record is complete.
    Closed,
    /// It will not take place.
    Cancelled,
}

/// An activity.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    /// Its id.
    pub(crate) id: ActivityId,
    /// Counts its changes.
    pub(crate) version: i64,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// Its kind.
    pub(crate) kind: ActivityKind,
    /// As the source writes it.
    pub(crate) title: String,
    /// The programme it belongs to.
    pub(crate) programme: Option<ProgrammeId>,
    /// When.
    pub(crate) held_on: FuzzyDate,
    /// 第几期
    pub(crate) batch_no: Option<i32>,
    /// Six-digit codes of cities.
    pub(crate) destinations: Vec<String>,
    /// The organisation that provides or helps.
    pub(crate) partner: String,
    /// Days as printed.
    pub(crate) stated_days: Option<i32>,
    /// How many took part.
    pub(crate) participants: Count,
    /// Where it is held.
    pub(crate) place: String,
    /// Where it stands.
    pub(crate) state: ActivityState,
    /// Where it belongs.
    pub(crate) division: Division,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
    /// Participants recorded by name.
    pub(crate) named_participants: i64,
}

/// What is known once an activity was held; `None` keeps what was recorded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Closing {
    /// When it was held.
    pub(crate) held_on: Option<FuzzyDate>,
    /// How many took part.
    pub(crate) participants: Option<Count>,
    /// Days as printed.
    pub(crate) stated_days: Option<i32>,
    /// Who says so.
    pub(crate) provenance: Option<Provenance>,
}

/// A rule about activities that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It is closed or cancelled already.
    #[error("only a planned activity can be closed or cancelled")]
    NotPlanned,
    /// Nothing can be closed without a date.
    #[error("an activity without a date cannot be closed")]
    DateUnknown,
    /// What is to come cannot be closed.
    #[error("the activity has not begun yet")]
    NotHeldYet,
    /// Nobody joins a cancelled activity, and no money is asked for it.
    #[error("the activity is cancelled")]
    Cancelled,
    /// A person is elsewhere that day.
    #[error("a participant is in another activity on {day}")]
    DoubleBooked {
        /// The first day they share.
        day: Date,
    },
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::NotPlanned => "ACTIVITY_NOT_PLANNED",
            Self::DateUnknown => "ACTIVITY_DATE_UNKNOWN",
            Self::NotHeldYet => "ACTIVITY_NOT_HELD_YET",
            Self::Cancelled => "ACTIVITY_CANCELLED",
            Self::DoubleBooked { .. } => "DOUBLE_BOOKED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotPlanned => "只有计划中的活动才能办结或取消,请刷新后核对活动状态".into(),
            Self::DateUnknown => "办结活动须填写举办时间,至少到年".into(),
            Self::NotHeldYet => "活动尚未举行,请在举行之后再办结".into(),
            Self::Cancelled => "活动已取消,请另选活动".into(),
            Self::DoubleBooked { day } => format!("该人员 {day} 已参加另一项活动,请调整日期或人选"),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::DoubleBooked { day } => vec![("day", day.to_string())],
            Self::NotPlanned | Self::DateUnknown | Self::NotHeldYet | Self::Cancelled => Vec::new(),
        }
    }
}

impl Activity {
    /// Closes a planned activity with what is known afterwards.
    pub(crate) fn close(mut self, closing: Closing, today: Date) -> Result<Self, Error> {
        self.must_be_planned()?;
        if let Some(held_on) = closing.held_on {
            self.held_on = held_on;
        }
        self.participants = closing.participants.unwrap_or(self.participants);
        self.stated_days = closing.stated_days.or(self.stated_days);
        if let Some(provenance) = closing.provenance {
            (self.sources, self.locations) = (provenance.sources, provenance.locations);
        }
        let (first, _) = self.held_on.span().ok_or(Error::DateUnknown)?;
        if first > today {
            return Err(Error::NotHeldYet);
        }
        self.state = ActivityState::Closed;
        self.version += 1;
        Ok(self)
    }

    /// Cancels a planned activity.
    pub(crate) fn cancel(mut self) -> Result<Self, Error> {
        self.must_be_planned()?;
        self.state = ActivityState::Cancelled;
        self.version += 1;
        Ok(self)
    }

    fn must_be_planned(&self) -> Result<(), Error> {
        match self.state {
            ActivityState::Planned => Ok(()),
            ActivityState::Closed | ActivityState::Cancelled => Err(Error::NotPlanned),
        }
    }

    /// Refuses when the activity will not take place.
    pub(crate) const fn must_take_place(&self) -> Result<(), Error> {
        match self.state {
            ActivityState::Planned | ActivityState::Closed => Ok(()),
            ActivityState::Cancelled => Err(Error::Cancelled),
        }
    }

    /// Inclusive days; unknown unless both ends are known to the day (V-79).
    pub(crate) fn days(&self) -> Option<i64> {
        self.held_on.days()
    }

    /// Every day of it, in order, when known to the day.
    pub(crate) fn each_day(&self) -> Vec<Date> {
        let Some((first, last)) = self.held_on.span().filter(|_| self.days().is_some()) else {
            return Vec::new();
        };
        let mut days = Vec::new();
        let mut next = Some(first);
        while let Some(day) = next.filter(|day| *day <= last) {
            days.push(day);
            next = day.next_day();
        }
        days
    }

    /// The first day it may begin.
    pub(crate) fn first_day(&self) -> Option<Date> {
        self.held_on.span().map(|(first, _)| first)
    }

    /// Participants times days, as surely as the participants are known (C07).
    pub(crate) fn person_days(&self) -> Count {
        let product = self
            .participants
            .value()
            .zip(self.days())
            .and_then(|(people, days)| people.checked_mul(days));
        product.map_or(Count::UNKNOWN, |value| {
            // A non-negative value with the modality of a known count is always a count.
            Count::new("person_days", Some(value), self.participants.modality())
                .unwrap_or(Count::UNKNOWN)
        })
    }

    /// What a clerk should look at again; a warning, not a refusal (V-79).
    pub(crate) fn warnings(&self) -> Vec<&'static str> {
        let mut warnings = Vec::new();
        if let (Some(stated), Some(days)) = (self.stated_days, self.days())
            && i64::from(stated) != days
        {
            warnings.push("STATED_DAYS_DIFFER");
        }
        if self.held_on.precision() < Precision::Day {
            warnings.push("DATE_NOT_TO_THE_DAY");
        }
        warnings
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use time::macros::date;

    use super::*;

    pub(crate) fn activity(held_on: &str) -> Activity {
        Activity {
            id: ActivityId::from_uuid(uuid::Uuid::nil()),
            version: 1,
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            kind: ActivityKind::Recuperation,
            title: "休养".into(),
            programme: None,
            held_on: FuzzyDate::parse("held_on", held_on).unwrap(),
            batch_no: Some(2),
            destinations: vec!["210200".into(), "370600".into()],
            partner: String::new(),
            stated_days: Some(7),
            participants: Count::exact(38),
            place: String::new(),
            state: ActivityState::Planned,
            division: Division::city(),
            sources: vec!["S25".into()],
            locations: vec![],
            named_participants: 0,
        }
    }

    #[test]
    fn c07_days_are_inclusive_and_multiply_with_people() {
        let trip = activity("2024-06-18/2024-06-24");
        assert_eq!((trip.days(), trip.each_day().len()), (Some(7), 7));
        assert_eq!(trip.person_days(), Count::exact(266));
        assert!(trip.warnings().is_empty());
        assert_eq!(
            Activity {
                participants: Count::UNKNOWN,
                ..trip.clone()
            }
            .person_days(),
            Count::UNKNOWN
        );
        let vague = activity("2024-06");
        assert_eq!((vague.days(), vague.person_days()), (None, Count::UNKNOWN));
        assert_eq!(vague.warnings(), ["DATE_NOT_TO_THE_DAY"]);
    }

    #[test]
    fn v79_other_days_than_printed_are_a_warning() {
        let mut trip = activity("2024-06-18/2024-06-23");
        assert_eq!(trip.warnings(), ["STATED_DAYS_DIFFER"]);
        trip.stated_days = None;
        assert!(trip.warnings().is_empty());
    }

    #[test]
    fn an_activity_moves_once() {
        let today = date!(2024 - 12 - 31);
        let closing = Closing {
            participants: Some(Count::exact(40)),
            ..Closing::default()
        };
        let closed = activity("2024-06-18").close(closing, today).unwrap();
        assert_eq!(
            (closed.state, closed.version, closed.participants),
            (ActivityState::Closed, 2, Count::exact(40))
        );
        assert!(matches!(closed.clone().cancel(), Err(Error::NotPlanned)));
        assert!(matches!(
            closed.close(Closing::default(), today),
            Err(Error::NotPlanned)
        ));
        let cancelled = activity("2024-06-18").cancel().unwrap();
        assert!(matches!(cancelled.must_take_place(), Err(Error::Cancelled)));
        assert!(matches!(
            cancelled.close(Closing::default(), today),
            Err(Error::NotPlanned)
        ));
        assert!(matches!(
            activity("").close(Closing::default(), today),
            Err(Error::DateUnknown)
        ));
        assert!(matches!(
            activity("2025-01-01").close(Closing::default(), today),
            Err(Error::NotHeldYet)
        ));
    }
}

//! Hand-overs of people between counties: exactly one county writes, and a change of writer is an epoch.
//!
//! Giving: offered → released → completed or returned; or offered → refused, withdrawn, expired.
//! Receiving: offered → accepted → completed or returned; or offered, accepted → withdrawn; offered → refused.
//! Only the giving county ends an offer and only the receiving one decides about a released record, so that
//! no order of messages makes two writers. What is heard twice or too late changes nothing.

use jianyi_kernel::{Division, DomainError, Id, IdKind, Timestamp};
use time::{Date, Duration};

use super::DOMAIN;
use super::person::PersonId;

/// How long an offer stands. [known] a hand-over is prepared by telephone; two weeks outlast a holiday.
const STANDS: Duration = Duration::days(14);
/// How far ahead a move may take effect: beyond that it is a slip of the pen. Moves of the past are entered late.
const FARTHEST: Duration = Duration::days(366);

/// Marks ids of hand-overs.
#[derive(Debug)]
pub(crate) enum HandoverKey {}

impl IdKind for HandoverKey {
    const COLLECTION: &'static str = "handovers";
}

pub(crate) type HandoverId = Id<HandoverKey>;

/// Which end of it this county is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Side {
    Giving,
    Receiving,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum State {
    Offered,
    Accepted,
    Released,
    Completed,
    Returned,
    Refused,
    Withdrawn,
    Expired,
}

/// What is agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) person: PersonId,
    /// The other county.
    pub(crate) county: Division,
    /// First day on which the person belongs to the receiving county.
    pub(crate) effective_on: Date,
    /// Of the giving county when it offered.
    pub(crate) epoch: i64,
    /// Until when it may be accepted.
    pub(crate) expires_at: Timestamp,
    /// Whether it must stay unknown who moves.
    pub(crate) sealed: bool,
}

/// A hand-over as one of the two counties sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handover {
    pub(crate) id: HandoverId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) side: Side,
    pub(crate) terms: Terms,
    pub(crate) state: State,
    /// Why it was returned, a code.
    pub(crate) reason: Option<String>,
}

/// What the giving county does when the other accepts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Acceptance {
    /// Heard before, or too late.
    Ignored,
    /// The offer no longer stood: the other county is told.
    Over(Handover),
    /// From now on this county does not write.
    Released(Handover),
}

/// What the receiving county does when a record arrives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Heard before.
    Ignored,
    /// The key is there: it can be opened.
    Opened(Handover),
    /// It was not waited for, and no key is left to open it with.
    Unexpected(Handover),
}

impl Handover {
    /// A county offers a person.
    ///
    /// # Errors
    /// [`Error`] when it is the same county, or the day is too far ahead.
    pub(crate) fn offer(
        id: HandoverId,
        own: &Division,
        mut terms: Terms,
        now: Timestamp,
    ) -> Result<Self, Error> {
        if terms.county == *own {
            return Err(Error::SameCounty);
        }
        let off = terms.effective_on - now.business_date();
        if off > FARTHEST {
            return Err(Error::TooFarAway);
        }
        terms.expires_at = Timestamp::from_offset(now.as_offset() + STANDS);
        Ok(Self::heard(id, Side::Giving, State::Offered, terms, now))
    }

    /// A hand-over of which this is the first that is known.
    pub(crate) const fn heard(
        id: HandoverId,
        side: Side,
        state: State,
        terms: Terms,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            created_at: now,
            side,
            terms,
            state,
            reason: None,
        }
    }

    fn to(mut self, state: State) -> Self {
        self.version += 1;
        self.state = state;
        self
    }

    fn is(&self, side: Side, state: State) -> bool {
        self.side == side && self.state == state
    }

    /// The epoch of the receiving county.
    pub(crate) const fn next_epoch(&self) -> i64 {
        self.terms.epoch + 1
    }

    /// Offered → withdrawn, by the giving county.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub(crate) fn withdraw(self) -> Result<Self, Error> {
        if self.is(Side::Giving, State::Offered) {
            Ok(self.to(State::Withdrawn))
        } else {
            Err(Error::Closed)
        }
    }

    /// Offered → expired, once nobody may accept any more.
    pub(crate) fn expire(self, now: Timestamp) -> Option<Self> {
        (self.is(Side::Giving, State::Offered) && self.terms.expires_at <= now)
            .then(|| self.to(State::Expired))
    }

    /// Offered → accepted, by the receiving county.
    ///
    /// # Errors
    /// [`Error`] when it is closed or has expired.
    pub(crate) fn accept(self, now: Timestamp) -> Result<Self, Error> {
        if !self.is(Side::Receiving, State::Offered) {
            return Err(Error::Closed);
        }
        if self.terms.expires_at <= now {
            return Err(Error::Expired);
        }
        Ok(self.to(State::Accepted))
    }

    /// Offered → refused, by the receiving county.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub(crate) fn refuse(self) -> Result<Self, Error> {
        if self.is(Side::Receiving, State::Offered) {
            Ok(self.to(State::Refused))
        } else {
            Err(Error::Closed)
        }
    }

    /// The other county accepted what was offered at an epoch. The giving county's clock alone says whether that
    /// was in time; `gone` when nothing is left of the person to hand over.
    pub(crate) fn accepted(self, epoch: i64, gone: bool, now: Timestamp) -> Acceptance {
        if !self.is(Side::Giving, State::Offered) || epoch != self.terms.epoch {
            return Acceptance::Ignored;
        }
        if self.terms.expires_at <= now {
            return Acceptance::Over(self.to(State::Expired));
        }
        if gone {
            return Acceptance::Over(self.to(State::Withdrawn));
        }
        Acceptance::Released(self.to(State::Released))
    }

    /// The other county refused.
    pub(crate) fn refused(self) -> Option<Self> {
        self.is(Side::Giving, State::Offered)
            .then(|| self.to(State::Refused))
    }

    /// The record arrived.
    pub(crate) fn completed(self, epoch: i64) -> Option<Self> {
        (self.is(Side::Giving, State::Released) && epoch == self.next_epoch())
            .then(|| self.to(State::Completed))
    }

    /// The record came back; with the epoch in which this county writes again.
    pub(crate) fn returned(self, epoch: i64, reason: &str) -> Option<(Self, i64)> {
        if !self.is(Side::Giving, State::Released) || epoch != self.next_epoch() {
            return None;
        }
        let mut back = self.to(State::Returned);
        back.reason = Some(reason.into());
        Some((back, epoch + 1))
    }

    /// The giving county ended its offer. What was released cannot be withdrawn, so that what is past
    /// accepted stays.
    pub(crate) fn withdrawn(self) -> Option<Self> {
        (self.side == Side::Receiving && matches!(self.state, State::Offered | State::Accepted))
            .then(|| self.to(State::Withdrawn))
    }

    /// The giving county released the record.
    pub(crate) fn released(self, epoch: i64) -> Arrival {
        if self.side != Side::Receiving || epoch != self.next_epoch() {
            return Arrival::Ignored;
        }
        match self.state {
            State::Accepted => Arrival::Opened(self),
            State::Completed | State::Returned => Arrival::Ignored,
            State::Offered
            | State::Released
            | State::Refused
            | State::Withdrawn
            | State::Expired => Arrival::Unexpected(self),
        }
    }

    /// Taken in: this county writes from now on.
    pub(crate) fn take_in(self) -> Self {
        self.to(State::Completed)
    }

    /// Not taken in, for a reason that is told to the giving county.
    pub(crate) fn send_back(self, reason: &str) -> Self {
        let mut back = self.to(State::Returned);
        back.reason = Some(reason.into());
        back
    }
}

/// Why somebody is not handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the person belongs to this county already")]
    SameCounty,
    #[error("the day is more than a year ahead")]
    TooFarAway,
    #[error("the person is being handed over")]
    Open,
    #[error("the hand-over is closed, or is the other county's to decide")]
    Closed,
    #[error("the offer has expired")]
    Expired,
    #[error("the person was handed over to {county}")]
    HandedOver { county: Division, person: String },
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::SameCounty => "HANDOVER_SAME_COUNTY",
            Self::TooFarAway => "HANDOVER_DAY_TOO_FAR",
            Self::Open => "HANDOVER_OPEN",
            Self::Closed => "HANDOVER_CLOSED",
            Self::Expired => "HANDOVER_EXPIRED",
            Self::HandedOver { .. } => "PERSON_HANDED_OVER",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::SameCounty => "该人员已属于本县区,无需移交".into(),
            Self::TooFarAway => "移交生效日期在一年以后,请核对".into(),
            Self::Open => "该人员正在移交中,请先撤回或等待对方办理".into(),
            Self::Closed => "该移交已办结,或不由本县区办理".into(),
            Self::Expired => "该移交已过期,请联系移出县区重新发起".into(),
            Self::HandedOver { county, .. } => {
                format!("该人员已移交至 {county},请到 {county} 的系统办理")
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::HandedOver { county, person } => {
                vec![("county", county.to_string()), ("person", person.clone())]
            }
            Self::SameCounty | Self::TooFarAway | Self::Open | Self::Closed | Self::Expired => {
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests;

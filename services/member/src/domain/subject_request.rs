//! What people ask about their own data, by when it must be answered, and what came of it.

use jianyi_kernel::{DomainError, Id, IdKind, Pii, Timestamp};
use time::Date;

use super::DOMAIN;
use super::calendar::Calendar;
use super::consent::Giver;
use super::person::PersonId;

/// Marks ids of requests.
#[derive(Debug)]
pub(crate) enum RequestKey {}

impl IdKind for RequestKey {
    const COLLECTION: &'static str = "subjectRequests";
}

pub(crate) type RequestId = Id<RequestKey>;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Kind {
    Copy,
    Correct,
    Delete,
}

/// What came of a request that was fulfilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Outcome {
    Copied,
    Corrected,
    Erased,
    Locked,
}

/// Where a request stands, as the table writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum StateKind {
    Open,
    Fulfilled,
    Refused,
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Fulfilled { outcome: Outcome, on: Date },
    Refused { reason: Pii<String>, on: Date },
}

/// What was asked, by whom and when.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) person: PersonId,
    pub(crate) kind: Kind,
    pub(crate) requester: Giver,
    /// Where the signed request is kept.
    pub(crate) evidence: Pii<String>,
    pub(crate) received_on: Date,
}

/// A request on record.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) id: RequestId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) asked: Asked,
    pub(crate) due_on: Date,
    pub(crate) state: State,
}

impl Request {
    /// Opens a request that is due in so many working days.
    ///
    /// # Errors
    /// [`Error::InFuture`].
    pub(crate) fn open(
        id: RequestId,
        asked: Asked,
        (working_days, calendar): (i32, &Calendar),
        now: Timestamp,
    ) -> Result<Self, Error> {
        if asked.received_on > now.business_date() {
            return Err(Error::InFuture);
        }
        Ok(Self {
            id,
            version: 1,
            created_at: now,
            due_on: calendar.working_days_after(asked.received_on, working_days),
            asked,
            state: State::Open,
        })
    }

    /// Open → fulfilled.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub(crate) fn fulfil(self, outcome: Outcome, on: Date) -> Result<Self, Error> {
        self.close(State::Fulfilled { outcome, on })
    }

    /// Open → refused.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub(crate) fn refuse(self, reason: Pii<String>, on: Date) -> Result<Self, Error> {
        self.close(State::Refused { reason, on })
    }

    fn close(mut self, state: State) -> Result<Self, Error> {
        if self.state != State::Open {
            return Err(Error::Closed);
        }
        self.version += 1;
        self.state = state;
        Ok(self)
    }
}

/// Why a request does not move.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the request was answered")]
    Closed,
    #[error("the date is in the future")]
    InFuture,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Closed => "SUBJECT_REQUEST_CLOSED",
            Self::InFuture => "DATE_IN_FUTURE",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Closed => "该请求已经办结",
            Self::InFuture => "日期晚于今天,请核对",
        }
        .into()
    }
}

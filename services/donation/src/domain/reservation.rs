//! Decisions on expense requests, and what becomes of what was set aside (D10, V-47).

use jianyi_kernel::{Division, DomainError, Fen, Id, IdKind, Pii, Timestamp};
use time::Date;

use super::fund::{Fund, FundId};
use super::posting::EntryId;
use super::{fund, ledger};

/// Marks ids of reservations.
#[derive(Debug)]
pub(crate) enum Reservations {}
impl IdKind for Reservations {
    const COLLECTION: &'static str = "reservations";
}
pub(crate) type ReservationId = Id<Reservations>;

/// States of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ReservationState {
    /// Money is set aside.
    Reserved,
    /// Money was paid.
    Paid,
    /// Money was given back to the fund.
    Released,
    /// Nothing was set aside.
    Refused,
}

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Refusal {
    /// Less was available than asked.
    Exhausted,
    /// There is no such fund.
    Unknown,
    /// The fund may not be spent then.
    PeriodMismatch,
}

impl Refusal {
    /// The code that travels in events.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Exhausted => "FUND_EXHAUSTED",
            Self::Unknown => "FUND_UNKNOWN",
            Self::PeriodMismatch => "FUND_PERIOD_MISMATCH",
        }
    }
}

/// What care asks for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) request: String,
    pub(crate) activity: String,
    pub(crate) fund: String,
    pub(crate) amount: Fen,
    pub(crate) division: Division,
    /// The days it is for, when they are known.
    pub(crate) days: Option<(Date, Date)>,
}

/// The decision on one request.
#[derive(Debug, Clone)]
pub(crate) struct Reservation {
    pub(crate) id: ReservationId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) created_by: String,
    pub(crate) division: Division,
    pub(crate) request: String,
    pub(crate) activity: String,
    pub(crate) fund_asked: String,
    pub(crate) fund: Option<FundId>,
    pub(crate) amount: Fen,
    pub(crate) state: ReservationState,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) paid_on: Option<Date>,
    pub(crate) note: Pii<String>,
    pub(crate) entry: Option<EntryId>,
}

/// Why a reservation refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the reservation is not open")]
    NotOpen,
    #[error("whoever made the reservation does not pay it")]
    PreparerIsApprover,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::NotOpen => "RESERVATION_NOT_OPEN",
            Self::PreparerIsApprover => "PREPARER_IS_APPROVER",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotOpen => "该笔预留已付款、已释放或未获批准,请刷新后核对状态".into(),
            Self::PreparerIsApprover => "制单与审批不能是同一人,请由另一位财务人员办理".into(),
        }
    }
}

/// Decides on a request: a reservation and the fund after it, or a refusal that leaves the fund alone.
pub(crate) fn decide(
    asked: Asked,
    fund: Option<Fund>,
    id: ReservationId,
    by: &str,
    now: Timestamp,
) -> (Reservation, Option<Fund>) {
    let fund_id = fund.as_ref().map(|fund| fund.id);
    let outcome = match fund {
        None => Err(Refusal::Unknown),
        Some(fund) => fund
            .reserve(asked.amount, asked.days)
            .map_err(|error| match error {
                fund::Error::Exhausted { .. } | fund::Error::Overflow => Refusal::Exhausted,
                fund::Error::PeriodMismatch => Refusal::PeriodMismatch,
            }),
    };
    let (state, refusal, fund) = match outcome {
        Ok(fund) => (ReservationState::Reserved, None, Some(fund)),
        Err(refusal) => (ReservationState::Refused, Some(refusal), None),
    };
    let reservation = Reservation {
        id,
        version: 1,
        created_at: now,
        created_by: by.into(),
        division: asked.division,
        request: asked.request,
        activity: asked.activity,
        fund_asked: asked.fund,
        fund: fund_id,
        amount: asked.amount,
        state,
        refusal,
        paid_on: None,
        note: Pii::new(String::new()),
        entry: None,
    };
    (reservation, fund)
}

impl Reservation {
    /// Whether money is set aside.
    ///
    /// # Errors
    /// [`Error::NotOpen`] in every other state.
    pub(crate) fn open_fund(&self) -> Result<FundId, Error> {
        match (self.state, self.fund) {
            (ReservationState::Reserved, Some(fund)) => Ok(fund),
            (
                ReservationState::Reserved
                | ReservationState::Paid
                | ReservationState::Released
                | ReservationState::Refused,
                _,
            ) => Err(Error::NotOpen),
        }
    }

    /// Reserved becomes paid, by somebody else than who reserved.
    ///
    /// # Errors
    /// [`Error::NotOpen`], [`Error::PreparerIsApprover`].
    pub(crate) fn pay(
        self,
        by: &str,
        on: Date,
        note: Pii<String>,
        entry: EntryId,
    ) -> Result<Self, Error> {
        self.open_fund()?;
        if by == self.created_by {
            return Err(Error::PreparerIsApprover);
        }
        Ok(Self {
            state: ReservationState::Paid,
            paid_on: Some(on),
            note,
            entry: Some(entry),
            ..self
        })
    }

    /// Reserved becomes released.
    ///
    /// # Errors
    /// [`Error::NotOpen`].
    pub(crate) fn release(self) -> Result<Self, Error> {
        self.open_fund()?;
        Ok(Self {
            state: ReservationState::Released,
            ..self
        })
    }

    /// Paid becomes reserved again, because the payment's entry was reversed; by somebody else than who
    /// paid, for the entry is the payer's.
    ///
    /// # Errors
    /// [`ledger::Error::AlreadyReversed`] when it is not paid.
    pub(crate) fn unpay(self) -> Result<Self, ledger::Error> {
        match self.state {
            ReservationState::Paid => Ok(Self {
                state: ReservationState::Reserved,
                paid_on: None,
                entry: None,
                ..self
            }),
            ReservationState::Reserved | ReservationState::Released | ReservationState::Refused => {
                Err(ledger::Error::AlreadyReversed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn refused() -> Reservation {
        let asked = Asked {
            request: "expenseRequests/1".into(),
            activity: String::new(),
            fund: "funds/x".into(),
            amount: Fen::new(1),
            division: Division::city(),
            days: None,
        };
        decide(
            asked,
            None,
            Id::from_uuid(Uuid::nil()),
            "service:a",
            Timestamp::from_unix(0, 0).unwrap(),
        )
        .0
    }

    #[test]
    fn an_unknown_fund_is_a_refusal_and_a_refusal_is_final() {
        let refused = refused();
        assert_eq!(
            (refused.state, refused.refusal),
            (ReservationState::Refused, Some(Refusal::Unknown))
        );
        let entry = Id::from_uuid(Uuid::nil());
        let pay = refused
            .clone()
            .pay("b", date!(2024 - 01 - 01), Pii::new(String::new()), entry);
        assert_eq!(pay.unwrap_err(), Error::NotOpen);
        assert_eq!(refused.release().unwrap_err(), Error::NotOpen);
    }

    #[test]
    fn g03_who_prepares_does_not_approve() {
        let open = Reservation {
            state: ReservationState::Reserved,
            refusal: None,
            fund: Some(Id::from_uuid(Uuid::nil())),
            ..refused()
        };
        let entry = Id::from_uuid(Uuid::nil());
        let pay = |by| {
            open.clone()
                .pay(by, date!(2024 - 01 - 01), Pii::new(String::new()), entry)
        };
        assert_eq!(pay("service:a").unwrap_err(), Error::PreparerIsApprover);
        let paid = pay("b").unwrap();
        assert_eq!(paid.state, ReservationState::Paid);
        assert!(paid.clone().release().is_err());
        assert_eq!(paid.unpay().unwrap().state, ReservationState::Reserved);
    }
}

//! Requests for money: asked of the donation service, which answers by events.

use jianyi_kernel::{Division, DomainError, Fen, Timestamp};

use super::DOMAIN;
use super::id::{ActivityId, ExpenseRequestId};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ExpenseState {
    /// Waiting for the answer.
    Requested,
    /// The money is reserved.
    Funded,
    /// The answer was no.
    Refused,
    /// Withdrawn before the answer came.
    Cancelled,
    /// The money went back to the fund unpaid.
    Released,
}

/// A request for money.
#[derive(Debug, Clone)]
pub(crate) struct ExpenseRequest {
    /// Its id.
    pub(crate) id: ExpenseRequestId,
    /// Counts its changes.
    pub(crate) version: i64,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// The activity.
    pub(crate) activity: ActivityId,
    /// Resource name of the fund.
    pub(crate) fund: String,
    /// How much.
    pub(crate) amount_fen: Fen,
    /// What for, a code.
    pub(crate) purpose: String,
    /// Where it stands.
    pub(crate) state: ExpenseState,
    /// Why it was refused, a code.
    pub(crate) refusal: Option<String>,
    /// Version of the answer that was taken; 0 before.
    pub(crate) answer_version: i64,
    /// The activity's division.
    pub(crate) division: Division,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

/// What donation answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The money is reserved.
    Reserved,
    /// No, with a reason code.
    Refused(String),
    /// What was reserved went back to the fund.
    Released,
}

/// A rule about requests that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Too late.
    #[error("the request was answered or cancelled already")]
    AlreadyAnswered,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::AlreadyAnswered => "EXPENSE_ALREADY_ANSWERED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::AlreadyAnswered => "该用款申请已有结果,不能撤回,请刷新后查看".into(),
        }
    }
}

impl ExpenseRequest {
    /// Withdraws a request that has no answer yet.
    pub(crate) fn cancel(mut self) -> Result<Self, Error> {
        match self.state {
            ExpenseState::Requested => {}
            ExpenseState::Funded
            | ExpenseState::Refused
            | ExpenseState::Cancelled
            | ExpenseState::Released => {
                return Err(Error::AlreadyAnswered);
            }
        }
        self.state = ExpenseState::Cancelled;
        self.version += 1;
        Ok(self)
    }

    /// Takes an answer in, unless a later one was taken before. `None` when it changes nothing. A
    /// reservation counts even after a cancellation: the money is set aside and must be seen.
    pub(crate) fn answer(mut self, answer: Answer, version: i64) -> Option<Self> {
        if version <= self.answer_version {
            return None;
        }
        self.answer_version = version;
        match answer {
            Answer::Reserved => {
                self.state = ExpenseState::Funded;
                self.refusal = None;
            }
            Answer::Refused(_) if self.state == ExpenseState::Cancelled => {}
            Answer::Refused(reason) => {
                self.state = ExpenseState::Refused;
                self.refusal = Some(reason);
            }
            Answer::Released => {
                self.state = ExpenseState::Released;
                self.refusal = None;
            }
        }
        self.version += 1;
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ExpenseRequest {
        ExpenseRequest {
            id: ExpenseRequestId::from_uuid(uuid::Uuid::nil()),
            version: 1,
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            activity: ActivityId::from_uuid(uuid::Uuid::nil()),
            fund: "funds/00000000-0000-0000-0000-000000000000".into(),
            amount_fen: Fen::new(1),
            purpose: "TRAVEL".into(),
            state: ExpenseState::Requested,
            refusal: None,
            answer_version: 0,
            division: Division::city(),
            sources: vec![],
            locations: vec![],
        }
    }

    #[test]
    fn an_answer_is_taken_once_and_an_older_one_never() {
        let refused = request()
            .answer(Answer::Refused("FUND_EXHAUSTED".into()), 1)
            .unwrap();
        assert_eq!(
            (refused.state, refused.refusal.as_deref()),
            (ExpenseState::Refused, Some("FUND_EXHAUSTED"))
        );
        assert!(
            refused
                .clone()
                .answer(Answer::Refused("FUND_EXHAUSTED".into()), 1)
                .is_none()
        );
        let funded = refused.answer(Answer::Reserved, 2).unwrap();
        assert_eq!(
            (funded.state, funded.refusal.clone()),
            (ExpenseState::Funded, None)
        );
        assert!(
            funded
                .clone()
                .answer(Answer::Refused("X".into()), 1)
                .is_none()
        );
        assert!(matches!(funded.cancel(), Err(Error::AlreadyAnswered)));
    }

    #[test]
    fn released_money_is_the_end_in_whatever_order_it_is_heard() {
        let released = request()
            .answer(Answer::Reserved, 1)
            .and_then(|funded| funded.answer(Answer::Released, 2))
            .unwrap();
        let out_of_order = request().answer(Answer::Released, 2).unwrap();
        for heard in [released, out_of_order] {
            assert_eq!(heard.state, ExpenseState::Released);
            assert!(heard.clone().answer(Answer::Reserved, 1).is_none());
            assert!(heard.clone().answer(Answer::Released, 2).is_none());
            assert!(matches!(heard.cancel(), Err(Error::AlreadyAnswered)));
        }
    }

    #[test]
    fn money_reserved_before_the_cancellation_was_heard_is_seen() {
        let cancelled = request().cancel().unwrap();
        assert_eq!(
            cancelled
                .clone()
                .answer(Answer::Refused("X".into()), 1)
                .unwrap()
                .state,
            ExpenseState::Cancelled
        );
        assert_eq!(
            cancelled.answer(Answer::Reserved, 1).unwrap().state,
            ExpenseState::Funded
        );
    }
}

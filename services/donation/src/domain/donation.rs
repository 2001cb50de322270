//! Gifts of money, what makes two of them the same, and what they add up to (D04, D06, D07).

use jianyi_kernel::{Division, DomainError, Fen, Id, IdKind, Provenance, Timestamp};
use time::Date;

use super::campaign::CampaignId;
use super::donor::{DonorId, DonorKind};
use super::fund::FundId;
use super::ledger;
use super::posting::EntryId;

/// Marks ids of donations.
#[derive(Debug)]
pub(crate) enum Donations {}
impl IdKind for Donations {
    const COLLECTION: &'static str = "donations";
}
pub(crate) type DonationId = Id<Donations>;

/// How a gift came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum LineKind {
    /// 公众捐赠
    Public,
    /// 平台配捐
    PlatformMatch,
    /// 企业配捐
    EnterpriseMatch,
    /// 线下捐赠
    Offline,
}

/// Whether a gift counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum DonationState {
    /// In the books.
    Received,
    /// Taken back by a reversing entry.
    Reversed,
}

/// One gift of money.
#[derive(Debug, Clone)]
pub(crate) struct Donation {
    pub(crate) id: DonationId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) donor: DonorId,
    pub(crate) campaign: Option<CampaignId>,
    pub(crate) fund: FundId,
    pub(crate) amount: Fen,
    pub(crate) line_kind: LineKind,
    pub(crate) received_on: Date,
    /// When the money reached the account; decides the booking day.
    pub(crate) settled_on: Date,
    pub(crate) platform_order_no: Option<String>,
    pub(crate) state: DonationState,
    pub(crate) entry: EntryId,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// Why a donation is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("order number known as {donation} with {known} fen, now {stated} fen")]
    OrderConflict {
        donation: String,
        known: i64,
        stated: i64,
    },
    #[error("the sums do not fit")]
    SumTooLarge,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::OrderConflict { .. } => "ORDER_CONFLICT",
            Self::SumTooLarge => "SUM_TOO_LARGE",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::OrderConflict { .. } => {
                "该平台订单号已登记,但内容不同,原记录未改动;请与平台对账单核对".into()
            }
            Self::SumTooLarge => "合计金额超出系统上限,请缩小统计范围".into(),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OrderConflict {
                donation,
                known,
                stated,
            } => vec![
                ("donation", donation.clone()),
                ("known_fen", known.to_string()),
                ("stated_fen", stated.to_string()),
            ],
            Self::SumTooLarge => Vec::new(),
        }
    }
}

impl Donation {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }

    /// Whether another statement of the same order number states the same gift (V-45).
    ///
    /// # Errors
    /// [`Error::OrderConflict`] when it does not; nothing is overwritten.
    pub(crate) fn recognise(&self, stated: &Self) -> Result<(), Error> {
        let same = self.amount == stated.amount
            && self.donor == stated.donor
            && self.fund == stated.fund
            && self.line_kind == stated.line_kind
            && self.received_on == stated.received_on;
        if same {
            return Ok(());
        }
        Err(Error::OrderConflict {
            donation: self.id.name(),
            known: self.amount.get(),
            stated: stated.amount.get(),
        })
    }

    /// The gift is taken back, because its entry was reversed.
    ///
    /// # Errors
    /// [`ledger::Error::AlreadyReversed`] when it was before.
    pub(crate) fn reverse(self) -> Result<Self, ledger::Error> {
        match self.state {
            DonationState::Received => Ok(Self {
                state: DonationState::Reversed,
                ..self
            }),
            DonationState::Reversed => Err(ledger::Error::AlreadyReversed),
        }
    }
}

/// What one kind of donor gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KindTotal {
    pub(crate) kind: DonorKind,
    pub(crate) amount: Fen,
    /// 人次; match money is nobody's gift (D06).
    pub(crate) gifts: i64,
}

/// The total of all kinds; nothing when nobody gave, which is not the same as zero.
///
/// # Errors
/// [`Error::SumTooLarge`] when it does not fit.
pub(crate) fn total(kinds: &[KindTotal]) -> Result<Option<Fen>, Error> {
    kinds.iter().try_fold(None, |sum: Option<Fen>, kind| {
        let sum = sum
            .unwrap_or(Fen::ZERO)
            .checked_add(kind.amount)
            .ok_or(Error::SumTooLarge)?;
        Ok(Some(sum))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d07_no_donation_is_not_zero() {
        let of = |kind, fen| KindTotal {
            kind,
            amount: Fen::new(fen),
            gifts: 1,
        };
        assert_eq!(total(&[]), Ok(None));
        assert_eq!(
            total(&[of(DonorKind::Government, 1), of(DonorKind::Individual, 2)]),
            Ok(Some(Fen::new(3)))
        );
        assert!(
            total(&[
                of(DonorKind::Government, i64::MAX),
                of(DonorKind::Society, 1)
            ])
            .is_err()
        );
    }
}

//! Which entries gifts and payments make (templates J1, J2, J4), and vouchers as they stand in the books.

use jianyi_kernel::{Division, Fen, Id, IdKind, Timestamp};
use time::Date;

use super::fund::Fund;
use super::ledger::Error;
use super::ledger::chart::Chart;
use super::ledger::entry::{JournalEntry, Line, Side};

/// 银行存款; these four codes mean the same in both charts.
const BANK: &str = "1002";
/// 捐赠收入—非限定性
const FREE_GIFTS: &str = "410101";
/// 捐赠收入—限定性
const RESTRICTED_GIFTS: &str = "410102";
/// 业务活动成本
const PROGRAMME: &str = "5101";

/// Marks ids of journal entries.
#[derive(Debug)]
pub(crate) enum JournalEntries {}
impl IdKind for JournalEntries {
    const COLLECTION: &'static str = "journalEntries";
}
pub(crate) type EntryId = Id<JournalEntries>;

/// Why an entry was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Template {
    /// J1
    UnrestrictedGift,
    /// J2
    RestrictedGift,
    /// J4
    ProgrammeExpense,
    /// By hand.
    Manual,
    /// Takes another entry back.
    Reversal,
}

/// An entry with its place in the books, before it has a number.
#[derive(Debug, Clone)]
pub(crate) struct Voucher {
    pub(crate) id: EntryId,
    pub(crate) created_at: Timestamp,
    pub(crate) created_by: String,
    /// Whose books: the county or city the money belongs to.
    pub(crate) division: Division,
    pub(crate) template: Template,
    pub(crate) reference: String,
    pub(crate) reverses: Option<EntryId>,
    pub(crate) entry: JournalEntry,
}

/// A voucher in the books. Numbers have no gaps within division and month.
#[derive(Debug, Clone)]
pub(crate) struct BookedVoucher {
    pub(crate) voucher: Voucher,
    pub(crate) number: i32,
}

/// The entry of a gift: J1 for a free fund, J2 for a restricted one.
///
/// # Errors
/// [`Error`] when the chart of the day does not have the accounts.
pub(crate) fn gift(
    chart: &Chart,
    fund: &Fund,
    amount: Fen,
    on: Date,
) -> Result<(Template, JournalEntry), Error> {
    let (template, income) = if fund.restricted {
        (Template::RestrictedGift, RESTRICTED_GIFTS)
    } else {
        (Template::UnrestrictedGift, FREE_GIFTS)
    };
    let aux = Some(fund.id.as_uuid());
    let lines = vec![
        Line::new(chart.account(BANK)?, Side::Debit, amount, None)?,
        Line::new(chart.account(income)?, Side::Credit, amount, aux)?,
    ];
    Ok((template, JournalEntry::balance(on, chart, lines)?))
}

/// The entry of money spent on a fund's purpose: J4.
///
/// # Errors
/// [`Error`] when the chart of the day does not have the accounts.
pub(crate) fn programme_expense(
    chart: &Chart,
    fund: &Fund,
    amount: Fen,
    on: Date,
) -> Result<JournalEntry, Error> {
    let aux = Some(fund.id.as_uuid());
    let lines = vec![
        Line::new(chart.account(PROGRAMME)?, Side::Debit, amount, aux)?,
        Line::new(chart.account(BANK)?, Side::Credit, amount, None)?,
    ];
    JournalEntry::balance(on, chart, lines)
}

impl BookedVoucher {
    /// The entry that takes this one back, by somebody else than who made it.
    ///
    /// # Errors
    /// [`Error::IsReversal`], [`Error::PreparerIsApprover`], or as [`JournalEntry::reverse`].
    pub(crate) fn reverse(&self, by: &str, on: Date, chart: &Chart) -> Result<JournalEntry, Error> {
        match self.voucher.template {
            Template::Reversal => Err(Error::IsReversal),
            Template::UnrestrictedGift
            | Template::RestrictedGift
            | Template::ProgrammeExpense
            | Template::Manual
                if by == self.voucher.created_by =>
            {
                Err(Error::PreparerIsApprover)
            }
            Template::UnrestrictedGift
            | Template::RestrictedGift
            | Template::ProgrammeExpense
            | Template::Manual => self.voucher.entry.reverse(on, chart),
        }
    }
}

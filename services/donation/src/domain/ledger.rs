//! Double-entry bookkeeping on effective-dated charts of accounts. Knows nothing of donations.

pub(crate) mod chart;
pub(crate) mod entry;
pub(crate) mod trial_balance;

use jianyi_kernel::DomainError;
use time::Date;

/// Why the books refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("an entry has at least two lines")]
    TooFewLines,
    #[error("debits are {debit} fen, credits {credit} fen")]
    Unbalanced { debit: i64, credit: i64 },
    #[error("the amounts of an entry do not fit")]
    TooLarge,
    #[error("account {code} is not in chart {chart}")]
    NotInChart { code: String, chart: &'static str },
    #[error("no chart of accounts is valid on {0}")]
    ChartMissing(Date),
    #[error("the chart is not the one of {0}")]
    OtherChart(Date),
    #[error("a reversal is not reversed; book the entry again")]
    IsReversal,
    #[error("the entry is reversed already")]
    AlreadyReversed,
    #[error("the entry is of {entry}, the reversal of {reversal}")]
    OtherYear { entry: i32, reversal: i32 },
    #[error("the reversal is dated before the entry of {0}")]
    BeforeEntry(Date),
    #[error("whoever made the payment does not take it back")]
    PreparerIsApprover,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::TooFewLines => "TOO_FEW_LINES",
            Self::Unbalanced { .. } => "UNBALANCED",
            Self::TooLarge => "ENTRY_TOO_LARGE",
            Self::NotInChart { .. } => "ACCOUNT_NOT_IN_CHART",
            Self::ChartMissing(_) => "CHART_MISSING",
            Self::OtherChart(_) => "CHART_OF_OTHER_DATE",
            Self::IsReversal => "ENTRY_IS_REVERSAL",
            Self::AlreadyReversed => "ENTRY_ALREADY_REVERSED",
            Self::OtherYear { .. } => "ENTRY_OF_OTHER_YEAR",
            Self::BeforeEntry(_) => "REVERSAL_BEFORE_ENTRY",
            Self::PreparerIsApprover => "PREPARER_IS_APPROVER",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::TooFewLines => "凭证至少要有借贷两行,请补全".into(),
            Self::Unbalanced { .. } => "借贷不平,请核对各行金额".into(),
            Self::TooLarge => "凭证金额过大,请拆分或核对".into(),
            Self::NotInChart { code, .. } => {
                format!("科目 {code} 不在记账日适用的会计科目表中,请按记账日所属年度选择科目")
            }
            Self::ChartMissing(_) => "记账日没有适用的会计科目表,请核对日期".into(),
            Self::OtherChart(_) => "科目表与记账日不符,请按记账日所属年度选择科目".into(),
            Self::IsReversal => "冲销凭证不能再冲销,请重新录入原业务".into(),
            Self::AlreadyReversed => "该凭证已冲销,无需重复操作".into(),
            Self::OtherYear { .. } => "不能跨年度冲销,请通过以前年度净资产调整处理".into(),
            Self::BeforeEntry(_) => "冲销日期不能早于原凭证日期,请修改日期".into(),
            Self::PreparerIsApprover => {
                "制单人不能冲销自己制作的凭证,请由另一位财务人员办理".into()
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unbalanced { debit, credit } => {
                vec![
                    ("debit_fen", debit.to_string()),
                    ("credit_fen", credit.to_string()),
                ]
            }
            Self::NotInChart { code, chart } => {
                vec![("account", code.clone()), ("chart", (*chart).into())]
            }
            Self::OtherYear { entry, reversal } => {
                vec![
                    ("entry_year", entry.to_string()),
                    ("reversal_year", reversal.to_string()),
                ]
            }
            Self::ChartMissing(on) | Self::OtherChart(on) | Self::BeforeEntry(on) => {
                vec![("date", on.to_string())]
            }
            Self::TooFewLines
            | Self::TooLarge
            | Self::IsReversal
            | Self::AlreadyReversed
            | Self::PreparerIsApprover => Vec::new(),
        }
    }
}

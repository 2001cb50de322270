//! Figures of money and of the duties that come with it.

use jianyi_kernel::Count;

use crate::domain::report::figure::{Definition, MONEY, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "mobilisation_meetings",
        label: "募捐动员会",
        unit: "次",
        definition: "当年召开的募捐动员会次数。",
        kept_by: "财务科",
        compute: mobilisation_meetings,
    },
    Definition {
        key: "summary_meetings",
        label: "募捐总结表彰会",
        unit: "次",
        definition: "当年召开的募捐总结表彰会次数。",
        kept_by: "财务科",
        compute: summary_meetings,
    },
    Definition {
        key: "donation_amount",
        label: "募捐金额",
        unit: MONEY,
        definition: "当年收到并记账的捐赠金额之和，冲销的不算。",
        kept_by: "财务科",
        compute: donation_amount,
    },
    Definition {
        key: "quarterly_reports_due",
        label: "应向省基金会报送的季度报告",
        unit: "份",
        definition: "当年各季度应向省基金会报送的季报份数，报了没报都算。",
        kept_by: "财务科",
        compute: quarterly_reports_due,
    },
    Definition {
        key: "audits",
        label: "财务审计",
        unit: "次",
        definition: "当年完成的外部财务审计次数；所审多是上一会计年度。",
        kept_by: "财务科",
        compute: audits,
    },
    Definition {
        key: "governance_meetings",
        label: "理事会、监事会会议",
        unit: "次",
        definition: "当年召开的理事会、监事会会议次数，两会分开算。",
        kept_by: "综合督导",
        compute: governance_meetings,
    },
    Definition {
        key: "adopted_documents",
        label: "审议通过的文件",
        unit: "份",
        definition: "当年审议通过的文件份数；两个机构通过同一份文件只算一份。",
        kept_by: "综合督导",
        compute: adopted_documents,
    },
];

fn mobilisation_meetings(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("donation.phase.mobilisation"))
}

fn summary_meetings(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("donation.phase.summary"))
}

/// What is in the books, in fen.
fn donation_amount(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened("donation.donation"), |fact| {
        fact.content
            .measures
            .amount_fen
            .map_or(Count::UNKNOWN, Count::exact)
    })
}

/// Duties of the year, whether fulfilled or not.
fn quarterly_reports_due(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.about("donation.report_obligation", year.number()))
}

/// Audits performed in the year; the audited year is usually the one before.
fn audits(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("donation.audit"))
}

fn governance_meetings(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("oversight.meeting"))
}

/// Documents, not resolutions: two bodies may adopt one document (V-121).
fn adopted_documents(year: &Year<'_>) -> Outcome {
    Outcome::distinct(year.happened("oversight.resolution"), |fact| {
        fact.content.measures.document.clone().into_iter().collect()
    })
}

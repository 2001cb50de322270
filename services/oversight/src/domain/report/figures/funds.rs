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
        compute: mobilisation_meetings,
    },
    Definition {
        key: "summary_meetings",
        label: "募捐总结表彰会",
        unit: "次",
        compute: summary_meetings,
    },
    Definition {
        key: "donation_amount",
        label: "募捐金额",
        unit: MONEY,
        compute: donation_amount,
    },
    Definition {
        key: "quarterly_reports_due",
        label: "应向省基金会报送的季度报告",
        unit: "份",
        compute: quarterly_reports_due,
    },
    Definition {
        key: "audits",
        label: "财务审计",
        unit: "次",
        compute: audits,
    },
    Definition {
        key: "governance_meetings",
        label: "理事会、监事会会议",
        unit: "次",
        compute: governance_meetings,
    },
    Definition {
        key: "adopted_documents",
        label: "审议通过的文件",
        unit: "份",
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

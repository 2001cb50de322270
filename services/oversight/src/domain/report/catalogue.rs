//! The sections of the printed report, the figures in each, and the order of the machine-readable one.

use crate::domain::report::figure::Definition;
use crate::domain::report::figures;

/// A section of the printed report.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its code.
    pub(crate) code: &'static str,
    /// Its heading.
    pub(crate) title: &'static str,
    /// Its figures, in order.
    pub(crate) figures: &'static [Definition],
}

/// The sections in the order in which the association reports.
pub(crate) const SECTIONS: [Section; 7] = [
    Section {
        code: "overview",
        title: "总体情况",
        figures: figures::overview::FIGURES,
    },
    Section {
        code: "organisation",
        title: "组织建设",
        figures: figures::organisation::FIGURES,
    },
    Section {
        code: "publicity",
        title: "宣传引领",
        figures: figures::publicity::FIGURES,
    },
    Section {
        code: "care",
        title: "关爱英模",
        figures: figures::care::FIGURES,
    },
    Section {
        code: "funds",
        title: "募捐与资金",
        figures: figures::funds::FIGURES,
    },
    Section {
        code: "self",
        title: "自身建设",
        figures: figures::own_building::FIGURES,
    },
    Section {
        code: "next_year",
        title: "下年度任务",
        figures: figures::next_year::FIGURES,
    },
];

/// Every key in the order of the machine-readable report.
pub(crate) const KEYS: [&str; 40] = [
    "volunteers_total",
    "volunteer_tiers",
    "rescue_orgs",
    "media_items",
    "six_enter_sessions",
    "spring_galas",
    "bus_launches",
    "bus_lines",
    "fixed_venues",
    "recuperation_batch",
    "recuperation_days",
    "recuperation_destinations",
    "camp_days",
    "health_checks",
    "clinics",
    "festival_rounds",
    "festival_coverage_percent",
    "entitlement_policies",
    "typical_speakers",
    "mobilisation_meetings",
    "summary_meetings",
    "quarterly_reports_due",
    "audits",
    "governance_meetings",
    "adopted_documents",
    "aug1_participants",
    "aug1_sites",
    "study_tours_out",
    "visits_in",
    "field_surveys",
    "hero_studios",
    "study_pairs",
    "goals",
    "next_year_tasks",
    "dated_activities",
    "donation_amount",
    "heroes_total",
    "recuperation_headcount",
    "camp_headcount",
    "exam_points",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_is_defined_once_in_one_section() {
        let defined: Vec<&str> = SECTIONS
            .iter()
            .flat_map(|section| section.figures)
            .map(|figure| figure.key)
            .collect();
        let distinct: BTreeSet<&str> = defined.iter().copied().collect();
        assert_eq!(defined.len(), distinct.len());
        assert_eq!(distinct, KEYS.into_iter().collect());
    }
}

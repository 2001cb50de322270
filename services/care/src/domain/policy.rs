//! Benefits as policy, agreed with another authority and in force for a time.

use jianyi_kernel::{Count, Division, FuzzyDate, Timestamp};
use time::Date;

use super::id::PolicyId;

/// Benefits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum BenefitKind {
    /// 中招加分
    ExamBonus,
    /// 市内公交免费
    FreeBus,
}

impl BenefitKind {
    /// Keeps the blind index of a bus card from matching that of a student.
    pub(crate) const fn credential_kind(self) -> &'static str {
        match self {
            Self::ExamBonus => "credential/exam_bonus",
            Self::FreeBus => "credential/free_bus",
        }
    }
}

/// A policy.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Its id.
    pub(crate) id: PolicyId,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// Which benefit.
    pub(crate) benefit: BenefitKind,
    /// With whom it was agreed.
    pub(crate) authority: String,
    /// In force from.
    pub(crate) valid_from: FuzzyDate,
    /// In force to.
    pub(crate) valid_to: FuzzyDate,
    /// Points, for an exam bonus.
    pub(crate) points: Count,
    /// Whether it takes a conferred title.
    pub(crate) requires_title: bool,
    /// Where.
    pub(crate) division: Division,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

impl Policy {
    /// Whether it may be in force on the day: from the first day its start may mean to the last day its
    /// end may mean. A start nobody states does not exclude anything.
    pub(crate) fn in_force(&self, day: Date) -> bool {
        self.valid_from.span().is_none_or(|(from, _)| from <= day)
            && self.last_day().is_none_or(|last| day <= last)
    }

    /// The last day it may be in force.
    pub(crate) fn last_day(&self) -> Option<Date> {
        self.valid_to.span().map(|(_, to)| to)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use time::macros::date;

    use super::*;

    pub(crate) fn policy(benefit: BenefitKind, from: &str, to: &str) -> Policy {
        Policy {
            id: PolicyId::from_uuid(uuid::Uuid::nil()),
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            benefit,
            authority: "市教育体育局".into(),
            valid_from: FuzzyDate::parse("valid_from", from).unwrap(),
            valid_to: FuzzyDate::parse("valid_to", to).unwrap(),
            points: Count::UNKNOWN,
            requires_title: false,
            division: Division::city(),
            sources: vec![],
            locations: vec![],
        }
    }

    #[test]
    fn c12_a_policy_is_in_force_between_its_ends() {
        let year = policy(BenefitKind::ExamBonus, "2024", "2024");
        assert!(year.in_force(date!(2024 - 01 - 01)) && year.in_force(date!(2024 - 12 - 31)));
        assert!(!year.in_force(date!(2023 - 12 - 31)) && !year.in_force(date!(2025 - 01 - 01)));
        let open = policy(BenefitKind::FreeBus, "", "");
        assert!(open.in_force(date!(1999 - 01 - 01)));
    }
}

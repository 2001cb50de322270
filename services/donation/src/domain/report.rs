//! Quarterly reports to the provincial foundation: the rule, and what it makes due (D21, K14).

use jianyi_kernel::{Division, DomainError, Id, IdKind, Provenance, Timestamp};
use time::Date;

use super::quarter::Quarter;

/// Marks ids of rules.
#[derive(Debug)]
pub(crate) enum ReportRules {}
impl IdKind for ReportRules {
    const COLLECTION: &'static str = "reportRules";
}
pub(crate) type ReportRuleId = Id<ReportRules>;

/// Marks ids of obligations.
#[derive(Debug)]
pub(crate) enum ReportObligations {}
impl IdKind for ReportObligations {
    const COLLECTION: &'static str = "reportObligations";
}
pub(crate) type ReportObligationId = Id<ReportObligations>;

/// The day of the month that holds where the source gives none (a parameter, not a rule of law).
pub(crate) const DEFAULT_DUE_DAY: i32 = 10;

/// How often a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ReportPeriod {
    /// 每季度
    Quarterly,
}

/// A rule by which reports fall due.
#[derive(Debug, Clone)]
pub(crate) struct ReportRule {
    pub(crate) id: ReportRuleId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) title: String,
    pub(crate) recipient: String,
    pub(crate) period: ReportPeriod,
    pub(crate) due_day: i32,
    pub(crate) from_year: i32,
    pub(crate) to_year: Option<i32>,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// Whether a report was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ObligationState {
    /// Not yet.
    Due,
    /// Final.
    Submitted,
}

/// One report that is due.
#[derive(Debug, Clone)]
pub(crate) struct ReportObligation {
    pub(crate) id: ReportObligationId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) rule: ReportRuleId,
    pub(crate) year: i32,
    pub(crate) quarter: i32,
    pub(crate) due_on: Date,
    pub(crate) state: ObligationState,
    pub(crate) submitted_on: Option<Date>,
    pub(crate) receipt_no: String,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// Why reporting is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the rule is not in force in {0}")]
    NotInForce(i32),
    #[error("the report is submitted already")]
    Submitted,
    #[error("{0} is not over yet")]
    PeriodOpen(String),
    #[error("the rule has no due day in its months")]
    NoDueDay,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::NotInForce(_) => "REPORT_RULE_NOT_IN_FORCE",
            Self::Submitted => "REPORT_ALREADY_SUBMITTED",
            Self::PeriodOpen(_) => "REPORT_PERIOD_OPEN",
            Self::NoDueDay => "REPORT_DUE_DAY_MISSING",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotInForce(year) => {
                format!("该报送规则在 {year} 年不适用,请核对年度或规则的起止年份")
            }
            Self::Submitted => "该报告已报送,内容不可更改".into(),
            Self::PeriodOpen(_) => "该季度尚未结束,请在季度结束后报送".into(),
            Self::NoDueDay => "报送日不存在,请将报送日改为 1 至 28 日".into(),
        }
    }
}

impl ReportRule {
    /// The four obligations of a year. Ids come in, in order of the quarters.
    ///
    /// # Errors
    /// [`Error::NotInForce`] outside the rule's years.
    pub(crate) fn schedule(
        &self,
        year: i32,
        ids: [ReportObligationId; 4],
        now: Timestamp,
    ) -> Result<Vec<ReportObligation>, Error> {
        if year < self.from_year || self.to_year.is_some_and(|to| to < year) {
            return Err(Error::NotInForce(year));
        }
        let day = u8::try_from(self.due_day).map_err(|_| Error::NoDueDay)?;
        match self.period {
            ReportPeriod::Quarterly => Quarter::of_year(year)
                .into_iter()
                .zip(ids)
                .map(|(quarter, id)| {
                    Ok(ReportObligation {
                        id,
                        version: 1,
                        created_at: now,
                        division: self.division.clone(),
                        rule: self.id,
                        year: quarter.year(),
                        quarter: quarter.number(),
                        due_on: quarter.day_after(day).ok_or(Error::NoDueDay)?,
                        state: ObligationState::Due,
                        submitted_on: None,
                        receipt_no: String::new(),
                        sources: self.sources.clone(),
                        locations: self.locations.clone(),
                    })
                })
                .collect(),
        }
    }
}

impl ReportObligation {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }

    /// The quarter reported on, as a fuzzy date writes it.
    pub(crate) fn period(&self) -> String {
        Quarter::from_parts(self.year, self.quarter)
            .map(Quarter::canonical)
            .unwrap_or_default()
    }

    /// Due becomes submitted, once the quarter is over.
    ///
    /// # Errors
    /// [`Error::Submitted`], [`Error::PeriodOpen`].
    pub(crate) fn submit(self, on: Date, receipt_no: String) -> Result<Self, Error> {
        match self.state {
            ObligationState::Submitted => return Err(Error::Submitted),
            ObligationState::Due => {}
        }
        let quarter = Quarter::from_parts(self.year, self.quarter);
        if quarter.is_some_and(|quarter| Quarter::of_day(on) <= quarter) {
            return Err(Error::PeriodOpen(self.period()));
        }
        Ok(Self {
            state: ObligationState::Submitted,
            submitted_on: Some(on),
            receipt_no,
            ..self
        })
    }

    /// Whether it was late, as of its submission or of today.
    pub(crate) fn overdue(&self, today: Date) -> bool {
        self.due_on < self.submitted_on.unwrap_or(today)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn scheduled(year: i32) -> Result<Vec<ReportObligation>, Error> {
        let now = Timestamp::from_unix(0, 0).unwrap();
        let rule = ReportRule {
            id: Id::from_uuid(Uuid::nil()),
            version: 1,
            created_at: now,
            division: Division::city(),
            title: "t".into(),
            recipient: "r".into(),
            period: ReportPeriod::Quarterly,
            due_day: DEFAULT_DUE_DAY,
            from_year: 2024,
            to_year: Some(2025),
            sources: Vec::new(),
            locations: Vec::new(),
        };
        rule.schedule(
            year,
            [1, 2, 3, 4].map(|n| Id::from_uuid(Uuid::from_u128(n))),
            now,
        )
    }

    #[test]
    fn d21_a_year_has_four_reports_within_the_years_of_the_rule() {
        assert_eq!(scheduled(2024).unwrap().len(), 4);
        assert_eq!(scheduled(2025).unwrap()[3].due_on, date!(2026 - 01 - 10));
        assert_eq!(scheduled(2023).unwrap_err(), Error::NotInForce(2023));
        assert_eq!(scheduled(2026).unwrap_err(), Error::NotInForce(2026));
    }

    #[test]
    fn d21_a_report_is_submitted_once_and_after_its_quarter() {
        let second = scheduled(2024).unwrap().remove(1);
        assert!(
            second
                .clone()
                .submit(date!(2024 - 06 - 30), String::new())
                .is_err()
        );
        let submitted = second
            .clone()
            .submit(date!(2024 - 07 - 11), String::new())
            .unwrap();
        assert!(submitted.overdue(date!(2024 - 07 - 01)));
        assert_eq!(
            submitted
                .submit(date!(2024 - 07 - 12), String::new())
                .unwrap_err(),
            Error::Submitted
        );
        assert!(!second.overdue(date!(2024 - 07 - 10)));
        assert!(second.overdue(date!(2024 - 07 - 11)));
    }
}

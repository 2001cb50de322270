//! Granted benefits, and the date-correct answer whether one may be enjoyed.

use jianyi_kernel::{Division, DomainError, Timestamp};
use time::Date;

use super::DOMAIN;
use super::hero::Hero;
use super::id::{GrantId, PolicyId};
use super::policy::{BenefitKind, Policy};

/// Who enjoys a benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Beneficiary {
    /// 本人
    Hero,
    /// 子女
    Child,
}

/// A grant as stored: the credential is sealed.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// Its id.
    pub(crate) id: GrantId,
    /// Counts its changes.
    pub(crate) version: i64,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// The policy.
    pub(crate) policy: PolicyId,
    /// The policy's benefit.
    pub(crate) benefit: BenefitKind,
    /// Resource name of the hero.
    pub(crate) hero: String,
    /// Who enjoys it.
    pub(crate) beneficiary: Beneficiary,
    /// First day.
    pub(crate) from_day: Date,
    /// Last day as granted.
    pub(crate) to_day: Option<Date>,
    /// Sealed number of the card or of the student.
    pub(crate) credential: Option<Vec<u8>>,
    /// Blind index of that number.
    pub(crate) credential_index: Option<Vec<u8>>,
    /// The document that conferred the title.
    pub(crate) title_document: String,
    /// First day on which it is no longer in force because it was ended.
    pub(crate) ended_on: Option<Date>,
    /// Why it was ended, a code.
    pub(crate) end_reason: Option<String>,
    /// Where.
    pub(crate) division: Division,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

/// A rule about grants that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Not a hero on the first day.
    #[error("the hero is not confirmed, or no longer, on the first day")]
    NotEligible,
    /// No policy, no benefit.
    #[error("the policy is not in force on the first day")]
    PolicyNotInForce,
    /// Mere confirmation does not do.
    #[error("the policy takes a conferred title, and no document is named")]
    TitleRequired,
    /// The bonus was granted to the student for the year already.
    #[error("the student was granted the bonus for this year already")]
    StudentAlreadyGranted,
    /// The card belongs to a grant that is still open.
    #[error("the credential is in use by another grant")]
    CredentialInUse,
    /// It ended before.
    #[error("the grant ended already")]
    AlreadyEnded,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::NotEligible => "HERO_NOT_ELIGIBLE",
            Self::PolicyNotInForce => "POLICY_NOT_IN_FORCE",
            Self::TitleRequired => "TITLE_REQUIRED",
            Self::StudentAlreadyGranted => "STUDENT_ALREADY_GRANTED",
            Self::CredentialInUse => "CREDENTIAL_IN_USE",
            Self::AlreadyEnded => "GRANT_ALREADY_ENDED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotEligible => "该人员在起始日不是在册的见义勇为人员,请核对认定情况".into(),
            Self::PolicyNotInForce => "起始日没有有效的优待政策,请先登记该年度政策".into(),
            Self::TitleRequired => "该政策须有荣誉称号,请填写授予称号的文号".into(),
            Self::StudentAlreadyGranted => "该考生本年度已享受加分,不得重复登记".into(),
            Self::CredentialInUse => "该卡号已登记在另一项有效优待上,请先终止原优待".into(),
            Self::AlreadyEnded => "该优待已在此日或更早终止,无需再次终止".into(),
        }
    }
}

/// Whether a benefit may be granted from the day on.
pub(crate) fn admit(
    hero: &Hero,
    policy: &Policy,
    from: Date,
    title_document: &str,
) -> Result<(), Error> {
    if !hero.eligible_on(from) {
        return Err(Error::NotEligible);
    }
    if !policy.in_force(from) {
        return Err(Error::PolicyNotInForce);
    }
    if policy.requires_title && title_document.is_empty() {
        return Err(Error::TitleRequired);
    }
    Ok(())
}

impl Grant {
    /// Ends the grant: from the day on it is no longer in force. An earlier end stays.
    pub(crate) fn end(mut self, on: Date, reason: &str) -> Result<Self, Error> {
        let over = self.ended_on.is_some_and(|ended| ended <= on)
            || self.to_day.is_some_and(|last| last < on);
        if over {
            return Err(Error::AlreadyEnded);
        }
        self.ended_on = Some(on);
        self.end_reason = Some(reason.to_owned());
        self.version += 1;
        Ok(self)
    }

    /// `Some(until)` when the benefit may be enjoyed on the day, with the last day on which that holds
    /// (C13, C14). The hero is asked as well as the grant, so that an answer is right even between an
    /// end and its effect.
    pub(crate) fn enjoyed_on(
        &self,
        policy: &Policy,
        hero: &Hero,
        day: Date,
    ) -> Option<Option<Date>> {
        let ended_on = [self.ended_on, hero.end()].into_iter().flatten().min();
        let in_force = self.from_day <= day
            && self.to_day.is_none_or(|last| day <= last)
            && ended_on.is_none_or(|end| day < end)
            && hero.eligible_on(day)
            && policy.in_force(day);
        let last_before_end = ended_on.and_then(Date::previous_day);
        in_force.then(|| {
            [self.to_day, last_before_end, policy.last_day()]
                .into_iter()
                .flatten()
                .min()
        })
    }
}

/// Of several answers the one that holds longest; open-ended beats any day, and no answer is a no.
pub(crate) fn longest(answers: Vec<Option<Date>>) -> Option<Option<Date>> {
    answers
        .into_iter()
        .max_by_key(|until| until.unwrap_or(Date::MAX))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::domain::hero::{HeroEnd, tests::hero};
    use crate::domain::policy::tests::policy;

    fn grant(from: Date, to: Option<Date>) -> Grant {
        Grant {
            id: GrantId::from_uuid(uuid::Uuid::nil()),
            version: 1,
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            policy: PolicyId::from_uuid(uuid::Uuid::nil()),
            benefit: BenefitKind::FreeBus,
            hero: hero().hero,
            beneficiary: Beneficiary::Hero,
            from_day: from,
            to_day: to,
            credential: None,
            credential_index: None,
            title_document: String::new(),
            ended_on: None,
            end_reason: None,
            division: Division::city(),
            sources: vec![],
            locations: vec![],
        }
    }

    #[test]
    fn c14_the_same_question_at_two_dates_has_two_answers() {
        let (known, _) = hero().confirm(Some(date!(2020 - 01 - 01)), false, 1);
        let bus = policy(BenefitKind::FreeBus, "2023", "2026");
        let grant = grant(date!(2024 - 01 - 01), Some(date!(2025 - 12 - 31)));
        let ask = |grant: &Grant, hero: &Hero, day| grant.enjoyed_on(&bus, hero, day);
        assert_eq!(ask(&grant, &known, date!(2023 - 12 - 31)), None);
        assert_eq!(
            ask(&grant, &known, date!(2024 - 06 - 30)),
            Some(Some(date!(2025 - 12 - 31)))
        );
        assert_eq!(ask(&grant, &known, date!(2026 - 01 - 01)), None);
        let (revoked, _) = known
            .clone()
            .finish(date!(2024 - 07 - 01), HeroEnd::Revoked, false, 2);
        assert_eq!(
            ask(&grant, &revoked, date!(2024 - 06 - 30)),
            Some(Some(date!(2024 - 06 - 30)))
        );
        assert_eq!(ask(&grant, &revoked, date!(2024 - 07 - 01)), None);
        let ended = grant
            .clone()
            .end(date!(2024 - 05 - 01), "GRADUATED")
            .unwrap();
        assert_eq!(ask(&ended, &known, date!(2024 - 05 - 01)), None);
        let open = Grant {
            to_day: None,
            ..grant
        };
        assert_eq!(
            ask(&open, &known, date!(2024 - 06 - 30)),
            Some(Some(date!(2026 - 12 - 31)))
        );
    }

    #[test]
    fn a_grant_ends_once_and_only_ever_earlier() {
        let open = grant(date!(2024 - 01 - 01), None);
        let ended = open.end(date!(2024 - 07 - 01), "HERO_REVOKED").unwrap();
        assert_eq!(ended.version, 2);
        assert!(matches!(
            ended.clone().end(date!(2024 - 07 - 01), "X"),
            Err(Error::AlreadyEnded)
        ));
        assert!(ended.end(date!(2024 - 06 - 01), "X").is_ok());
        let short = grant(date!(2024 - 01 - 01), Some(date!(2024 - 01 - 31)));
        assert!(matches!(
            short.end(date!(2024 - 02 - 01), "X"),
            Err(Error::AlreadyEnded)
        ));
    }

    #[test]
    fn v92_the_policy_decides_whether_confirmation_is_enough() {
        let (known, _) = hero().confirm(Some(date!(2020 - 01 - 01)), false, 1);
        let mut exam = policy(BenefitKind::ExamBonus, "2024", "2024");
        exam.requires_title = true;
        let day = date!(2024 - 06 - 01);
        assert!(matches!(
            admit(&known, &exam, day, ""),
            Err(Error::TitleRequired)
        ));
        assert!(admit(&known, &exam, day, "鹤政〔2020〕1号").is_ok());
        assert!(matches!(
            admit(&known, &exam, date!(2025 - 06 - 01), ""),
            Err(Error::PolicyNotInForce)
        ));
        assert!(matches!(
            admit(&hero(), &exam, day, "x"),
            Err(Error::NotEligible)
        ));
    }
}

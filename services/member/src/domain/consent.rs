//! Consents: who agreed to what, after reading which notice, and until when.

use jianyi_kernel::{DomainError, Id, IdKind, Pii, Timestamp};
use time::Date;

use super::DOMAIN;
use super::person::PersonId;

/// Below this age a guardian decides (PIPL 31).
const GUARDIAN_BELOW: i32 = 14;
/// The purpose that a release from confidentiality takes.
pub(crate) const RELEASE: &str = "release_confidentiality";

/// Marks ids of consents.
#[derive(Debug)]
pub(crate) enum ConsentKey {}

impl IdKind for ConsentKey {
    const COLLECTION: &'static str = "consents";
}

pub(crate) type ConsentId = Id<ConsentKey>;

/// Who speaks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Giver {
    #[sqlx(rename = "self")]
    Own,
    Guardian,
    Kin,
}

/// What a signed paper says.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) purpose: String,
    pub(crate) notice_version: String,
    pub(crate) given_on: Date,
    pub(crate) given_by: Giver,
    /// Where it is kept.
    pub(crate) evidence: Pii<String>,
}

/// A consent on record.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    pub(crate) id: ConsentId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) person: PersonId,
    pub(crate) paper: Paper,
    /// First day on which it no longer counts.
    pub(crate) withdrawn_on: Option<Date>,
}

/// A consent no longer counts, from this day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub(crate) on: Date,
}

impl Consent {
    /// Records a consent of somebody born on a day, if that is known.
    ///
    /// # Errors
    /// [`Error::GuardianRequired`] below the age of 14, [`Error::InFuture`].
    pub(crate) fn give(
        id: ConsentId,
        person: PersonId,
        paper: Paper,
        born: Option<Date>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        if paper.given_on > now.business_date() {
            return Err(Error::InFuture);
        }
        let child = born.is_some_and(|born| age(born, paper.given_on) < GUARDIAN_BELOW);
        if child && paper.given_by != Giver::Guardian {
            return Err(Error::GuardianRequired);
        }
        Ok(Self {
            id,
            version: 1,
            created_at: now,
            person,
            paper,
            withdrawn_on: None,
        })
    }

    /// Given → withdrawn.
    ///
    /// # Errors
    /// [`Error`] when it was withdrawn, or the day is impossible.
    pub(crate) fn withdraw(mut self, on: Date, today: Date) -> Result<(Self, Withdrawn), Error> {
        if self.withdrawn_on.is_some() {
            return Err(Error::Withdrawn);
        }
        if on > today {
            return Err(Error::InFuture);
        }
        if on < self.paper.given_on {
            return Err(Error::WithdrawnBeforeGiven);
        }
        self.version += 1;
        self.withdrawn_on = Some(on);
        Ok((self, Withdrawn { on }))
    }
}

/// Full years of age on a day.
fn age(born: Date, on: Date) -> i32 {
    let birthday_to_come = (on.month() as u8, on.day()) < (born.month() as u8, born.day());
    on.year() - born.year() - i32::from(birthday_to_come)
}

/// Why a consent is not recorded, or not withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the person is under 14: a guardian decides")]
    GuardianRequired,
    #[error("there is no such purpose on that day")]
    PurposeNotInForce,
    #[error("the consent was withdrawn")]
    Withdrawn,
    #[error("the withdrawal would precede the consent")]
    WithdrawnBeforeGiven,
    #[error("the date is in the future")]
    InFuture,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::GuardianRequired => "GUARDIAN_REQUIRED",
            Self::PurposeNotInForce => "PURPOSE_NOT_IN_FORCE",
            Self::Withdrawn => "CONSENT_WITHDRAWN",
            Self::WithdrawnBeforeGiven => "WITHDRAWN_BEFORE_GIVEN",
            Self::InFuture => "DATE_IN_FUTURE",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::GuardianRequired => "不满十四周岁的,须由监护人同意",
            Self::PurposeNotInForce => "该用途在所填日期不适用,请核对用途代码",
            Self::Withdrawn => "该同意已撤回,无需再次登记",
            Self::WithdrawnBeforeGiven => "撤回日期早于同意日期,请核对",
            Self::InFuture => "日期晚于今天,请核对",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn age_is_counted_in_full_years() {
        assert_eq!(age(date!(2010 - 06 - 15), date!(2024 - 06 - 14)), 13);
        assert_eq!(age(date!(2010 - 06 - 15), date!(2024 - 06 - 15)), 14);
        assert_eq!(age(date!(2012 - 02 - 29), date!(2026 - 02 - 28)), 13);
    }
}

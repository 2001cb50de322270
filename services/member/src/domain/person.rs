//! People and what identifies them.

mod document;

use jianyi_kernel::{
    CitizenIdWarning, DomainError, Id, IdKind, Pii, Provenance, Sex, Timestamp, Violation,
    Violations,
};
use time::Date;

pub(crate) use document::{Document, DocumentKind};

use super::DOMAIN;
use super::full_name::FullName;
use super::phone::Phone;

/// Marks ids of people.
#[derive(Debug)]
pub(crate) enum PersonKey {}

impl IdKind for PersonKey {
    const COLLECTION: &'static str = "people";
}

pub(crate) type PersonId = Id<PersonKey>;

/// A person to be registered, or registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) full_name: FullName,
    pub(crate) document: Document,
    pub(crate) phone: Option<Phone>,
    pub(crate) sex: Option<Sex>,
    pub(crate) birth_date: Option<Pii<Date>>,
    pub(crate) veteran: bool,
    pub(crate) provenance: Provenance,
}

impl Profile {
    /// Sex and birth by the document, checked against what was stated.
    ///
    /// Records a violation `ID_MISMATCH` for each that differs, and `BIRTH_IN_FUTURE`.
    pub(crate) fn derive(
        document: &Document,
        sex: Option<Sex>,
        birth_date: Option<Date>,
        today: Date,
        violations: &mut Violations,
    ) -> (Option<Sex>, Option<Pii<Date>>) {
        if birth_date.is_some_and(|born| born > today) {
            violations.push(Violation::new(
                "person.birth_date",
                "BIRTH_IN_FUTURE",
                "the birth date is in the future".into(),
                "出生日期晚于今天,请核对",
            ));
        }
        let Some(id) = document.citizen_id() else {
            return (sex, birth_date.map(Pii::new));
        };
        let mut mismatch = |field, zh| {
            violations.push(Violation::new(
                field,
                "ID_MISMATCH",
                "differs from the identity number".into(),
                zh,
            ));
        };
        if sex.is_some_and(|sex| sex != id.sex()) {
            mismatch("person.sex", "性别与身份证号不一致,请核对或留空");
        }
        if birth_date.is_some() && birth_date != id.birth_date() {
            mismatch("person.birth_date", "出生日期与身份证号不一致,请核对或留空");
        }
        (Some(id.sex()), id.birth_date().map(Pii::new))
    }
}

/// A registered person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) profile: Profile,
}

/// A person entered the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) on: Date,
}

impl Person {
    /// Enters a person into the register.
    pub(crate) fn register(id: PersonId, profile: Profile, now: Timestamp) -> (Self, Registered) {
        (
            Self {
                id,
                version: 1,
                created_at: now,
                profile,
            },
            Registered {
                on: now.business_date(),
            },
        )
    }

    /// Whether somebody who comes with the same identity number is this person.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name differs: a human decides, nothing is overwritten (V-07).
    pub(crate) fn recognise(&self, newcomer: &FullName, existing: String) -> Result<(), Error> {
        if self.profile.full_name == *newcomer {
            Ok(())
        } else {
            Err(Error::Conflict { existing })
        }
    }

    /// What a clerk should look at again.
    pub(crate) fn warnings(&self, today: Date) -> Vec<CitizenIdWarning> {
        self.profile
            .document
            .citizen_id()
            .map(|id| id.warnings(today))
            .unwrap_or_default()
    }
}

/// A number other than the citizen's shows its last four characters, and at most half of itself.
pub(crate) fn mask_number(number: &Pii<String>) -> String {
    let chars: Vec<char> = number.expose("mask").chars().collect();
    let shown = chars.len().div_euclid(2).min(4);
    let (hidden, tail) = chars.split_at(chars.len().saturating_sub(shown));
    format!(
        "{}{}",
        "*".repeat(hidden.len()),
        tail.iter().collect::<String>()
    )
}

/// Why a person is not registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("this identity number is registered under another name")]
    Conflict { existing: String },
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "PERSON_CONFLICT",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Conflict { .. } => {
                "该身份证号已登记在另一个姓名下,请核对证件;如曾改名,请联系会员工作人员处理".into()
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Conflict { existing } => vec![("person", existing.clone())],
        }
    }
}

#[cfg(test)]
mod tests;

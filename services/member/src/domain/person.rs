//! People and what identifies them.

mod document;

use jianyi_kernel::{
    CitizenIdWarning, Division, DomainError, Fault, Id, IdKind, Pii, Provenance, Sex, Timestamp,
    Violation, Violations,
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
    /// Where they belong: the county, or a part of it.
    pub(crate) division: Division,
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

/// What is to be corrected; `None` stays as it is.
#[derive(Debug, Default)]
pub(crate) struct Patch {
    pub(crate) full_name: Option<FullName>,
    pub(crate) phone: Option<Option<Phone>>,
    pub(crate) sex: Option<Option<Sex>>,
    pub(crate) birth_date: Option<Option<Date>>,
    pub(crate) veteran: Option<bool>,
    pub(crate) division: Option<Division>,
}

impl Profile {
    /// The profile with a correction in it. Sex and birth still follow from an identity number.
    ///
    /// # Errors
    /// [`Error::NothingToCorrect`]; violations as of [`Profile::derive`].
    pub(crate) fn corrected(mut self, patch: Patch, today: Date) -> Result<Self, Fault> {
        let before = self.clone();
        self.full_name = patch.full_name.unwrap_or(self.full_name);
        self.phone = patch.phone.unwrap_or(self.phone);
        self.veteran = patch.veteran.unwrap_or(self.veteran);
        self.division = patch.division.unwrap_or(self.division);
        let sex = patch.sex.unwrap_or(self.sex);
        let stated = self.birth_date.as_ref().map(|day| *day.expose("correct"));
        let born = patch.birth_date.unwrap_or(stated);
        let mut violations = Violations::new();
        let (sex, birth_date) = Self::derive(&self.document, sex, born, today, &mut violations);
        violations.finish()?;
        self.sex = sex;
        self.birth_date = birth_date;
        if self == before {
            return Err(Error::NothingToCorrect.into());
        }
        Ok(self)
    }
}

/// A registered person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) content: Content,
}

/// What is left of a person.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Everything.
    Known(Profile),
    /// An id, so that what was counted stays counted; since when.
    Erased(Timestamp),
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
                content: Content::Known(profile),
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
        match &self.content {
            Content::Known(profile) if profile.full_name == *newcomer => Ok(()),
            Content::Known(_) | Content::Erased(_) => Err(Error::Conflict { existing }),
        }
    }

    /// What is known about them.
    ///
    /// # Errors
    /// [`Error::Erased`].
    pub(crate) const fn profile(&self) -> Result<&Profile, Error> {
        match &self.content {
            Content::Known(profile) => Ok(profile),
            Content::Erased(_) => Err(Error::Erased),
        }
    }

    /// The day of birth, if it is known.
    pub(crate) fn born(&self) -> Option<Date> {
        self.profile()
            .ok()
            .and_then(|profile| profile.birth_date.as_ref())
            .map(|day| *day.expose("tell the age"))
    }

    /// What a clerk should look at again.
    pub(crate) fn warnings(&self, today: Date) -> Vec<CitizenIdWarning> {
        self.profile()
            .ok()
            .and_then(|profile| profile.document.citizen_id())
            .map(|id| id.warnings(today))
            .unwrap_or_default()
    }
}

/// Why a person is not registered, or not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("this identity number is registered under another name")]
    Conflict { existing: String },
    #[error("the identity number is registered beyond the caller's reach")]
    Elsewhere,
    #[error("the person's data was erased")]
    Erased,
    #[error("the correction says nothing")]
    NothingToCorrect,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "PERSON_CONFLICT",
            Self::Elsewhere => "REGISTERED_ELSEWHERE",
            Self::Erased => "PERSON_ERASED",
            Self::NothingToCorrect => "NOTHING_TO_CORRECT",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Conflict { .. } => {
                "该身份证号已登记在另一个姓名下,请核对证件;如曾改名,请联系会员工作人员处理".into()
            }
            Self::Elsewhere => "该人员已登记,但不在您可查看的范围内,请联系会员工作人员处理".into(),
            Self::Erased => "该人员的个人信息已按请求删除".into(),
            Self::NothingToCorrect => "请写明要更正的内容".into(),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Conflict { existing } => vec![("person", existing.clone())],
            Self::Elsewhere | Self::Erased | Self::NothingToCorrect => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;

//! Who takes part in an activity, and the consent that a child needs.

use jianyi_kernel::{DomainError, Pii, Timestamp};
use time::{Date, Month};

use super::DOMAIN;
use super::hero::Hero;
use super::id::{ActivityId, ParticipantId};

/// A child this old no longer needs the guardian's consent.
const CONSENT_AGE: i32 = 14;

/// As what somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum ParticipantRole {
    /// The hero.
    Hero,
    /// A child of the hero.
    Child,
    /// The hero, accompanying others.
    Escort,
}

/// A participant as stored: what is personal is sealed.
#[derive(Debug, Clone)]
pub(crate) struct Participant {
    /// Its id.
    pub(crate) id: ParticipantId,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// The activity.
    pub(crate) activity: ActivityId,
    /// Resource name of the hero.
    pub(crate) hero: String,
    /// As what.
    pub(crate) role: ParticipantRole,
    /// Blind index of the person.
    pub(crate) person: Vec<u8>,
    /// Sealed name of the child.
    pub(crate) child_name: Option<Vec<u8>>,
    /// Sealed day of birth of the child.
    pub(crate) child_birth_date: Option<Vec<u8>>,
    /// Whether the guardian agreed.
    pub(crate) guardian_consent: bool,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

/// Who is to take part, in the clear.
#[derive(Debug, Clone)]
pub(crate) enum Person {
    /// The hero, also as escort.
    Hero,
    /// A child.
    Child {
        /// Name.
        name: Pii<String>,
        /// Day of birth.
        born: Pii<Date>,
    },
}

/// A rule about participants that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Not a hero that day, or not the family of one.
    #[error("the hero is not confirmed, or no longer, on the first day")]
    NotEligible,
    /// A young child without the guardian's consent.
    #[error("a child under 14 on the first day needs a guardian's consent")]
    ConsentMissing,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::NotEligible => "HERO_NOT_ELIGIBLE",
            Self::ConsentMissing => "GUARDIAN_CONSENT_MISSING",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotEligible => {
                "该人员在活动首日不是在册的见义勇为人员(或其家属),请核对认定情况".into()
            }
            Self::ConsentMissing => {
                "活动首日未满 14 周岁的子女须有监护人同意,请先取得监护人同意书".into()
            }
        }
    }
}

/// The day on which somebody born on `born` is `years` old; born on 29 February, it is 1 March in
/// other years (V-77).
fn age_reached(born: Date, years: i32) -> Option<Date> {
    let year = born.year().checked_add(years)?;
    born.replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, Month::March, 1))
        .ok()
}

/// Refuses a child under 14 on the first day without consent; without a date the child counts as
/// under 14 (V-78).
pub(crate) fn check_consent(
    born: Date,
    first_day: Option<Date>,
    consent: bool,
) -> Result<(), Error> {
    let old_enough = age_reached(born, CONSENT_AGE)
        .zip(first_day)
        .is_some_and(|(reached, first)| reached <= first);
    if consent || old_enough {
        Ok(())
    } else {
        Err(Error::ConsentMissing)
    }
}

/// Refuses who has no claim to care on the first day; `today` stands in for a date nobody knows.
pub(crate) fn admit(
    hero: &Hero,
    person: &Person,
    first_day: Option<Date>,
    today: Date,
    consent: bool,
) -> Result<(), Error> {
    let day = first_day.unwrap_or(today);
    match person {
        Person::Hero if hero.eligible_on(day) => Ok(()),
        Person::Child { born, .. } if hero.family_eligible_on(day) => {
            check_consent(*born.expose("consent rule"), first_day, consent)
        }
        Person::Hero | Person::Child { .. } => Err(Error::NotEligible),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::domain::hero::{HeroEnd, tests::hero};

    #[test]
    fn v78_consent_is_judged_on_the_first_day() {
        let first = Some(date!(2024 - 07 - 10));
        let check = |born, consent| check_consent(born, first, consent).is_ok();
        assert!(
            !check(date!(2010 - 07 - 11), false),
            "turns 14 during the camp"
        );
        assert!(check(date!(2010 - 07 - 10), false), "14 on the first day");
        assert!(check(date!(2012 - 01 - 01), true));
        assert!(
            check_consent(date!(2000 - 01 - 01), None, false).is_err(),
            "no date, no proof of age"
        );
    }

    #[test]
    fn v77_born_on_29_february_is_older_on_1_march() {
        assert_eq!(
            age_reached(date!(2008 - 02 - 29), 14),
            Some(date!(2022 - 03 - 01))
        );
        assert_eq!(
            age_reached(date!(2008 - 02 - 29), 16),
            Some(date!(2024 - 02 - 29))
        );
    }

    #[test]
    fn v88_the_child_of_a_deceased_hero_goes_and_of_a_revoked_one_does_not() {
        let today = date!(2024 - 12 - 31);
        let first = Some(date!(2024 - 07 - 10));
        let child = Person::Child {
            name: Pii::new("小明".into()),
            born: Pii::new(date!(2012 - 01 - 01)),
        };
        let (confirmed, _) = hero().confirm(None, false, 1);
        let ended = |reason| {
            confirmed
                .clone()
                .finish(date!(2024 - 01 - 01), reason, false, 2)
                .0
        };
        assert!(admit(&ended(HeroEnd::Deceased), &child, first, today, true).is_ok());
        assert!(admit(&ended(HeroEnd::Revoked), &child, first, today, true).is_err());
        assert!(admit(&ended(HeroEnd::Deceased), &Person::Hero, first, today, true).is_err());
        assert!(admit(&confirmed, &Person::Hero, first, today, false).is_ok());
        assert!(
            admit(&hero(), &Person::Hero, first, today, false).is_err(),
            "never heard of"
        );
    }
}

//! Condolence rounds: which festival, which day, and how far a round reached.

use jianyi_kernel::{Count, Division, DomainError, Timestamp};
use time::Date;

use super::DOMAIN;
use super::hero::Hero;
use super::id::RoundId;

/// Festivals with a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Festival {
    /// 春节
    Spring,
    /// 端午
    DragonBoat,
    /// 中秋
    MidAutumn,
    /// 重阳
    DoubleNinth,
}

/// A condolence round.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    /// Its id.
    pub(crate) id: RoundId,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// Which festival.
    pub(crate) festival: Festival,
    /// Year of the festival (V-59).
    pub(crate) year: i32,
    /// The festival's day.
    pub(crate) festival_day: Date,
    /// Coverage as stated.
    pub(crate) stated_coverage_percent: Count,
    /// Where.
    pub(crate) division: Division,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

/// A rule about rounds that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The lunar table does not have the year.
    #[error("the lunar table has no festivals of {year}")]
    YearUnknown {
        /// The year asked for.
        year: i32,
    },
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::YearUnknown { .. } => "FESTIVAL_YEAR_UNKNOWN",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::YearUnknown { year } => {
                format!("农历节日表中没有 {year} 年,目前只收录 2020 年至 2040 年")
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::YearUnknown { year } => vec![("year", year.to_string())],
        }
    }
}

impl Round {
    /// Whether the round is for this hero: the hero, or after a death the family (S24, C25).
    pub(crate) fn is_for(&self, hero: &Hero) -> bool {
        hero.within(&self.division, self.festival_day) && hero.family_eligible_on(self.festival_day)
    }
}

/// A hero, and what the visits of a round say about them.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    /// The hero.
    pub(crate) hero: Hero,
    /// Visited at least once.
    pub(crate) visited: bool,
    /// Declined.
    pub(crate) opted_out: bool,
}

/// How far a round reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Heroes the round is for.
    pub(crate) eligible: i64,
    /// Visited, each once however many visits there were (V-97).
    pub(crate) visited: i64,
    /// Declined and not visited (V-98).
    pub(crate) opted_out: i64,
    /// Those left.
    pub(crate) gap: Vec<Hero>,
}

impl Coverage {
    /// Counts the heroes a round is for.
    pub(crate) fn of(round: &Round, heroes: Vec<Reached>) -> Self {
        let mut coverage = Self::default();
        for reached in heroes
            .into_iter()
            .filter(|reached| round.is_for(&reached.hero))
        {
            coverage.eligible += 1;
            if reached.visited {
                coverage.visited += 1;
            } else if reached.opted_out {
                coverage.opted_out += 1;
            } else {
                coverage.gap.push(reached.hero);
            }
        }
        coverage
    }

    /// Percent, rounded down so that 100 means all; unknown when nobody is left to visit.
    pub(crate) fn percent(&self) -> Option<i32> {
        let to_visit = self.eligible - self.opted_out;
        let percent = self.visited.checked_mul(100)?.checked_div(to_visit)?;
        i32::try_from(percent).ok()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use time::macros::date;

    use super::*;
    use crate::domain::hero::{HeroEnd, tests::hero};

    pub(crate) fn round(division: &str) -> Round {
        Round {
            id: RoundId::from_uuid(uuid::Uuid::nil()),
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            festival: Festival::MidAutumn,
            year: 2024,
            festival_day: date!(2024 - 09 - 17),
            stated_coverage_percent: Count::exact(100),
            division: Division::parse("division", division).unwrap(),
            sources: vec![],
            locations: vec![],
        }
    }

    fn reached(hero: Hero, visited: bool, opted_out: bool) -> Reached {
        Reached {
            hero,
            visited,
            opted_out,
        }
    }

    #[test]
    fn c02_one_hero_left_out_is_a_gap_by_name() {
        let (hero, _) = hero().confirm(None, false, 1);
        let all = vec![
            reached(hero.clone(), true, false),
            reached(hero.clone(), true, true),
            reached(hero.clone(), false, false),
        ];
        let coverage = Coverage::of(&round("410600"), all);
        assert_eq!(
            (coverage.eligible, coverage.visited, coverage.percent()),
            (3, 2, Some(66))
        );
        assert_eq!(coverage.gap, [hero]);
    }

    #[test]
    fn v98_who_declines_does_not_count_against_it() {
        let (hero, _) = hero().confirm(None, false, 1);
        let coverage = Coverage::of(
            &round("410611"),
            vec![
                reached(hero.clone(), true, false),
                reached(hero.clone(), false, true),
            ],
        );
        assert_eq!((coverage.opted_out, coverage.percent()), (1, Some(100)));
        let nobody = Coverage::of(&round("410611"), vec![reached(hero, false, true)]);
        assert_eq!(nobody.percent(), None);
    }

    #[test]
    fn a_round_is_for_its_division_and_for_families_of_the_deceased() {
        let (confirmed, _) = hero().confirm(None, false, 1);
        assert!(!round("410621").is_for(&confirmed));
        let ended = |reason| {
            confirmed
                .clone()
                .finish(date!(2024 - 01 - 01), reason, false, 2)
                .0
        };
        assert!(round("410600").is_for(&ended(HeroEnd::Deceased)));
        assert!(!round("410600").is_for(&ended(HeroEnd::Revoked)));
        assert!(!round("410600").is_for(&hero()));
    }
}

//! Condolence visits to heroes and their families.

use jianyi_kernel::{DomainError, FuzzyDate, Timestamp};

use super::DOMAIN;
use super::festival_round::Round;
use super::hero::Hero;
use super::id::{RoundId, VisitId};

/// Where a visit was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum VisitMode {
    /// 家庭
    Home,
    /// 工作单位
    WorkUnit,
    /// 学校
    School,
    /// 村(社区)委员会
    VillageCommittee,
}

/// What became of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum VisitOutcome {
    /// The hero or the family was visited.
    Visited,
    /// 谢绝
    OptedOut,
    /// They could not be found.
    Unreachable,
}

/// A visit.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Its id.
    pub(crate) id: VisitId,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// The round.
    pub(crate) round: RoundId,
    /// Resource name of the hero.
    pub(crate) hero: String,
    /// Where.
    pub(crate) mode: VisitMode,
    /// When.
    pub(crate) visited_on: FuzzyDate,
    /// Who visited.
    pub(crate) visitor_org: String,
    /// What became of it.
    pub(crate) outcome: VisitOutcome,
    /// Whether pictures were taken.
    pub(crate) with_media: bool,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

/// A rule about visits that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The round is not for this hero.
    #[error("the round is not for this hero")]
    NotEligible,
    /// Pictures of somebody who must stay unknown.
    #[error("no pictures of a sealed hero")]
    NoMedia,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::NotEligible => "HERO_NOT_ELIGIBLE",
            Self::NoMedia => "SEALED_HERO_NO_MEDIA",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotEligible => "该人员不在本次慰问范围内,请核对认定情况和所属区划".into(),
            Self::NoMedia => "保密人员的慰问不得留存影像,请去掉影像后再登记".into(),
        }
    }
}

/// Refuses visits to whom the round is not for, and pictures of the sealed (V-100).
pub(crate) fn admit(round: &Round, hero: &Hero, with_media: bool) -> Result<(), Error> {
    if !round.is_for(hero) {
        return Err(Error::NotEligible);
    }
    if hero.sealed && with_media {
        return Err(Error::NoMedia);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::festival_round::tests::round;
    use crate::domain::hero::tests::hero;

    #[test]
    fn v100_no_pictures_of_a_sealed_hero() {
        let (sealed, _) = hero().confirm(None, true, 1);
        assert!(matches!(
            admit(&round("410600"), &sealed, true),
            Err(Error::NoMedia)
        ));
        assert!(admit(&round("410600"), &sealed, false).is_ok());
        let (known, _) = hero().confirm(None, false, 1);
        assert!(admit(&round("410600"), &known, true).is_ok());
        assert!(matches!(
            admit(&round("410600"), &hero(), false),
            Err(Error::NotEligible)
        ));
    }
}

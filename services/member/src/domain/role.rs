//! Roles of people in units, each a half-open span of days.

use jianyi_kernel::{Division, DomainError, Id, IdKind, Provenance, Timestamp};
use time::Date;

use super::DOMAIN;
use super::org_unit::{OrgUnitId, Tier};
use super::person::PersonId;

/// Marks ids of roles.
#[derive(Debug)]
pub(crate) enum RoleKey {}

impl IdKind for RoleKey {
    const COLLECTION: &'static str = "roles";
}

pub(crate) type RoleId = Id<RoleKey>;

/// Kinds of role, as the table writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Kind {
    Staff,
    LiaisonOfficer,
    Volunteer,
}

/// For whom a liaison officer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum LiaisonDomain {
    VillageCommunity,
    Industry,
    Enterprise,
}

/// What somebody does, with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// 工作人员
    Staff,
    /// 联络员
    LiaisonOfficer(LiaisonDomain),
    /// 志愿者; the level is unknown where neither the record nor the unit says.
    Volunteer(Option<Tier>),
}

impl Duty {
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Staff => Kind::Staff,
            Self::LiaisonOfficer(_) => Kind::LiaisonOfficer,
            Self::Volunteer(_) => Kind::Volunteer,
        }
    }

    pub(crate) const fn domain(self) -> Option<LiaisonDomain> {
        match self {
            Self::LiaisonOfficer(domain) => Some(domain),
            Self::Staff | Self::Volunteer(_) => None,
        }
    }

    pub(crate) const fn tier(self) -> Option<Tier> {
        match self {
            Self::Volunteer(tier) => tier,
            Self::Staff | Self::LiaisonOfficer(_) => None,
        }
    }

    /// The duty as held in a unit of a level: a volunteer's level follows from it.
    ///
    /// # Errors
    /// [`Error::TierMismatch`] when the volunteer was stated to be of the other level.
    fn within(self, unit: Option<Tier>) -> Result<Self, Error> {
        match self {
            Self::Volunteer(stated) => match (stated, unit) {
                (Some(stated), Some(unit)) if stated != unit => Err(Error::TierMismatch),
                (stated, unit) => Ok(Self::Volunteer(stated.or(unit))),
            },
            Self::Staff | Self::LiaisonOfficer(_) => Ok(self),
        }
    }
}

/// What a role is.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) person: PersonId,
    pub(crate) duty: Duty,
    pub(crate) title: String,
    pub(crate) org_unit: OrgUnitId,
    /// The county where it was held before the person moved here; `None`: this one.
    pub(crate) held_in: Option<Division>,
    /// `None`: unknown since when.
    pub(crate) from: Option<Date>,
    /// First day on which it is no longer held; `None`: it still is.
    pub(crate) to: Option<Date>,
    pub(crate) provenance: Provenance,
}

/// A role on record.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) id: RoleId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) profile: Profile,
}

/// Somebody holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Started;
/// Somebody holds it no longer, from this day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) on: Date,
}

impl Role {
    /// Enters a role in a unit whose volunteer level is `unit_tier`. An end in the profile is for [`Role::end`].
    ///
    /// # Errors
    /// [`Error::TierMismatch`].
    pub(crate) fn start(
        id: RoleId,
        profile: Profile,
        unit_tier: Option<Tier>,
        now: Timestamp,
    ) -> Result<(Self, Started), Error> {
        let duty = profile.duty.within(unit_tier)?;
        let profile = Profile {
            duty,
            to: None,
            ..profile
        };
        Ok((
            Self {
                id,
                version: 1,
                created_at: now,
                profile,
            },
            Started,
        ))
    }

    /// Ends a role; `to` is the first day on which it is no longer held.
    ///
    /// # Errors
    /// [`Error`] when it ended already, or would end before it starts.
    pub(crate) fn end(mut self, to: Date) -> Result<(Self, Ended), Error> {
        if self.profile.to.is_some() {
            return Err(Error::AlreadyEnded);
        }
        if self.profile.from.is_some_and(|from| to <= from) {
            return Err(Error::EndsBeforeStart);
        }
        self.version += 1;
        self.profile.to = Some(to);
        Ok((self, Ended { on: to }))
    }

    /// Whether it was held here and ended because its holder moved away on a day; one that was to begin later
    /// ended when it began.
    pub(crate) fn ended_by_move(&self, on: Date) -> bool {
        let end = self.profile.from.map_or(on, |from| from.max(on));
        self.profile.held_in.is_none() && self.profile.to == Some(end)
    }
}

/// Why a role is not entered or ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the volunteer's level is not the unit's")]
    TierMismatch,
    #[error("the role has ended")]
    AlreadyEnded,
    #[error("the role would end before it starts")]
    EndsBeforeStart,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::TierMismatch => "TIER_MISMATCH",
            Self::AlreadyEnded => "ROLE_ENDED",
            Self::EndsBeforeStart => "ROLE_ENDS_BEFORE_START",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::TierMismatch => "志愿者层级与所在队伍不符,请核对或留空",
            Self::AlreadyEnded => "该任职已结束,无需再次登记",
            Self::EndsBeforeStart => "结束日期早于开始日期,请核对",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn start(duty: Duty, unit: Option<Tier>) -> Result<Role, Error> {
        let profile = Profile {
            person: PersonId::from_uuid(Uuid::from_u128(1)),
            duty,
            title: String::new(),
            org_unit: OrgUnitId::from_uuid(Uuid::from_u128(2)),
            held_in: None,
            from: Some(date!(2024 - 01 - 01)),
            to: None,
            provenance: Provenance::default(),
        };
        let now = Timestamp::from_unix(0, 0).unwrap();
        Role::start(RoleId::from_uuid(Uuid::from_u128(3)), profile, unit, now).map(|(role, _)| role)
    }

    #[test]
    fn s11_a_volunteers_level_follows_from_the_unit_and_is_not_invented() {
        let tier = |duty, unit| start(duty, unit).map(|role| role.profile.duty.tier());
        assert_eq!(
            tier(Duty::Volunteer(None), Some(Tier::Rescue)),
            Ok(Some(Tier::Rescue))
        );
        assert_eq!(tier(Duty::Volunteer(None), None), Ok(None));
        assert_eq!(
            tier(Duty::Volunteer(Some(Tier::Patrol)), Some(Tier::Rescue)),
            Err(Error::TierMismatch)
        );
        assert_eq!(tier(Duty::Staff, Some(Tier::Rescue)), Ok(None));
    }

    #[test]
    fn a_role_ends_once_and_after_it_began() {
        let role = start(Duty::Staff, None).unwrap();
        assert_eq!(
            role.clone().end(date!(2024 - 01 - 01)).unwrap_err(),
            Error::EndsBeforeStart
        );
        let (ended, fact) = role.end(date!(2024 - 01 - 02)).unwrap();
        assert_eq!((ended.version, fact.on), (2, date!(2024 - 01 - 02)));
        assert_eq!(
            ended.end(date!(2024 - 02 - 01)).unwrap_err(),
            Error::AlreadyEnded
        );
    }
}

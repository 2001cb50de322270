//! Organisational units: what may hang under what, and how they change over time.

mod error;

use jianyi_kernel::{Division, DivisionLevel, FuzzyDate, Id, IdKind, Provenance, Timestamp, Uscc};
use time::Date;

pub(crate) use error::Error;

/// Marks ids of units.
#[derive(Debug)]
pub(crate) enum OrgUnitKey {}

impl IdKind for OrgUnitKey {
    const COLLECTION: &'static str = "orgUnits";
}

pub(crate) type OrgUnitId = Id<OrgUnitKey>;

/// Kinds of unit (dossier 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Kind {
    CityAssociation,
    CountyAssociation,
    Station,
    LiaisonRoom,
    HeroStudio,
    VolunteerTeam,
    RescueOrganisation,
    Partner,
}

/// The two levels of the volunteer force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Tier {
    Patrol,
    Rescue,
}

impl Kind {
    /// Kinds that may be directly above.
    const fn parents(self) -> &'static [Self] {
        match self {
            Self::CityAssociation => &[],
            Self::CountyAssociation => &[Self::CityAssociation],
            Self::RescueOrganisation => &[Self::CityAssociation, Self::CountyAssociation],
            Self::Station => &[Self::CountyAssociation],
            Self::LiaisonRoom => &[Self::Station],
            Self::HeroStudio => &[
                Self::CityAssociation,
                Self::CountyAssociation,
                Self::Station,
            ],
            Self::VolunteerTeam => &[Self::CountyAssociation, Self::Station, Self::VolunteerTeam],
            Self::Partner => &[Self::Partner],
        }
    }

    /// A station without association, or a room without station, cannot be looked after.
    const fn needs_parent(self) -> bool {
        matches!(self, Self::Station | Self::LiaisonRoom)
    }

    /// Whether a unit of this kind may be located at this level.
    const fn may_stand_at(self, level: DivisionLevel) -> bool {
        match self {
            Self::CityAssociation => matches!(level, DivisionLevel::City),
            Self::CountyAssociation => matches!(level, DivisionLevel::County),
            Self::Station => matches!(level, DivisionLevel::Township),
            Self::LiaisonRoom => matches!(level, DivisionLevel::Township | DivisionLevel::Village),
            Self::HeroStudio | Self::VolunteerTeam | Self::RescueOrganisation | Self::Partner => {
                true
            }
        }
    }

    /// The volunteer level that the kind implies.
    pub(crate) const fn tier(self) -> Option<Tier> {
        match self {
            Self::VolunteerTeam => Some(Tier::Patrol),
            Self::RescueOrganisation => Some(Tier::Rescue),
            Self::CityAssociation
            | Self::CountyAssociation
            | Self::Station
            | Self::LiaisonRoom
            | Self::HeroStudio
            | Self::Partner => None,
        }
    }
}

/// What is above a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Above {
    Nothing,
    /// A unit of this register.
    Here(OrgUnitId),
    /// A unit of the city's own register, which is another database.
    City(OrgUnitId),
}

/// What a unit is, apart from its history.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) kind: Kind,
    pub(crate) display_name: String,
    pub(crate) above: Above,
    pub(crate) division: Division,
    pub(crate) tier: Option<Tier>,
    pub(crate) pilot: bool,
    pub(crate) uscc: Option<Uscc>,
    pub(crate) opened_on: FuzzyDate,
    pub(crate) closed_on: Option<FuzzyDate>,
    pub(crate) provenance: Provenance,
}

/// A unit. Its `display_name` is the one of the day it was read for.
#[derive(Debug, Clone)]
pub(crate) struct OrgUnit {
    pub(crate) id: OrgUnitId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) profile: Profile,
}

/// A unit exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened;
/// A unit is called something else from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renamed {
    pub(crate) from: Date,
}
/// A unit no longer exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) on: FuzzyDate,
}

impl OrgUnit {
    /// Enters a unit under the one above it. A closing date in the profile is for [`OrgUnit::close`].
    ///
    /// # Errors
    /// [`Error`] when the place in the tree or on the map does not fit the kind.
    pub(crate) fn open(
        id: OrgUnitId,
        profile: Profile,
        above: Option<&Self>,
        now: Timestamp,
    ) -> Result<(Self, Opened), Error> {
        if !profile.kind.may_stand_at(profile.division.level()) {
            return Err(Error::DivisionLevel { kind: profile.kind });
        }
        match (profile.above, above) {
            (Above::Nothing, _) | (Above::Here(_), None) if profile.kind.needs_parent() => {
                return Err(Error::ParentRequired { kind: profile.kind });
            }
            // The city's register is not here to ask; only its association has counties below it.
            (Above::City(_), _) if profile.kind != Kind::CountyAssociation => {
                return Err(Error::ParentKind { kind: profile.kind });
            }
            (Above::Here(_), Some(above))
                if !profile.kind.parents().contains(&above.profile.kind) =>
            {
                return Err(Error::ParentKind { kind: profile.kind });
            }
            (Above::Here(_), Some(above)) if above.is_closed() && profile.closed_on.is_none() => {
                return Err(Error::ParentClosed);
            }
            (Above::Nothing | Above::Here(_) | Above::City(_), _) => {}
        }
        let profile = Profile {
            closed_on: None,
            ..profile
        };
        Ok((
            Self {
                id,
                version: 1,
                created_at: now,
                profile,
            },
            Opened,
        ))
    }

    /// Another name from a day on. `newest` is the first day of the newest name so far.
    ///
    /// # Errors
    /// [`Error`] when the unit is closed, or history would be rewritten.
    pub(crate) fn rename(
        mut self,
        display_name: String,
        from: Date,
        newest: Option<Date>,
    ) -> Result<(Self, Renamed), Error> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        let opened = self.profile.opened_on.span().map(|(first, _)| first);
        if newest.is_some_and(|newest| from <= newest)
            || opened.is_some_and(|opened| from <= opened)
        {
            return Err(Error::RenameOutOfOrder);
        }
        self.version += 1;
        self.profile.display_name = display_name;
        Ok((self, Renamed { from }))
    }

    /// The unit no longer exists from a date on.
    ///
    /// # Errors
    /// [`Error`] when it is closed already, was not open by then, or has open units below it.
    pub(crate) fn close(mut self, on: FuzzyDate, open_below: i64) -> Result<(Self, Closed), Error> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        if let (Some((opened, _)), Some((_, last))) = (self.profile.opened_on.span(), on.span())
            && last < opened
        {
            return Err(Error::ClosedBeforeOpened);
        }
        if open_below > 0 {
            return Err(Error::OpenUnitsBelow { count: open_below });
        }
        self.version += 1;
        self.profile.closed_on = Some(on.clone());
        Ok((self, Closed { on }))
    }

    pub(crate) const fn is_closed(&self) -> bool {
        self.profile.closed_on.is_some()
    }
}

#[cfg(test)]
mod tests;

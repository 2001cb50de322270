//! Enumerations between wire and domain. `None` on the domain's side is "not stated", 0, on the wire.

use jianyi_kernel::{CitizenIdWarning, Sex, Violation, Violations};
use jianyi_proto::member::events::v1 as events;
use jianyi_proto::member::v1 as pb;

use crate::domain::{consent, division, handover, hero, org_unit, person, role, subject_request};
use crate::store::heroes::StandingKind;

/// A domain enumeration with a counterpart on the wire.
pub(crate) trait Code: Sized {
    /// Its counterpart.
    type Wire: TryFrom<i32> + From<Self> + Into<i32>;

    /// The value that was stated, if one was.
    fn stated(wire: Self::Wire) -> Option<Self>;
}

/// Reads a number of the wire; records a violation when no value has it.
pub(crate) fn read<C: Code>(violations: &mut Violations, field: &str, number: i32) -> Option<C> {
    let Ok(wire) = C::Wire::try_from(number) else {
        violations.push(Violation::new(
            field,
            "ENUM_UNKNOWN",
            format!("{number} is not a value of `{field}`"),
            "该选项不在可选范围内",
        ));
        return None;
    };
    C::stated(wire)
}

/// Reads a number that must state something.
pub(crate) fn require<C: Code>(violations: &mut Violations, field: &str, number: i32) -> Option<C> {
    if number == 0 {
        violations.push(Violation::required(field));
        return None;
    }
    read(violations, field, number)
}

/// The number of a value on the wire; 0 for none.
pub(crate) fn number<C: Code>(value: Option<C>) -> i32 {
    value.map_or(0, |value| C::Wire::from(value).into())
}

/// Pairs every value of a domain enumeration with one of its message's.
macro_rules! codes {
    ($domain:path => $wire:path, not stated: $unspecified:ident, { $($inner:ident <=> $outer:ident),+ $(,)? }) => {
        impl From<$domain> for $wire {
            fn from(value: $domain) -> Self {
                type Domain = $domain;
                match value {
                    $(Domain::$inner => Self::$outer,)+
                }
            }
        }

        impl Code for $domain {
            type Wire = $wire;

            fn stated(wire: $wire) -> Option<Self> {
                type Wire = $wire;
                match wire {
                    Wire::$unspecified => None,
                    $(Wire::$outer => Some(Self::$inner),)+
                }
            }
        }
    };
}

codes!(division::Kind => pb::DivisionKind, not stated: Unspecified, {
    Gbt2260 <=> Gbt2260,
    Statistical <=> Statistical,
});
codes!(division::Level => pb::DivisionLevel, not stated: Unspecified, {
    Province <=> Province,
    City <=> City,
    County <=> County,
    Township <=> Township,
});
codes!(org_unit::Kind => events::OrgUnitKind, not stated: Unspecified, {
    CityAssociation <=> CityAssociation,
    CountyAssociation <=> CountyAssociation,
    Station <=> Station,
    LiaisonRoom <=> LiaisonRoom,
    HeroStudio <=> HeroStudio,
    VolunteerTeam <=> VolunteerTeam,
    RescueOrganisation <=> RescueOrganisation,
    Partner <=> Partner,
});
codes!(org_unit::Tier => events::VolunteerTier, not stated: Unspecified, {
    Patrol <=> Patrol,
    Rescue <=> Rescue,
});
codes!(person::DocumentKind => pb::DocumentKind, not stated: Unspecified, {
    CitizenId <=> CitizenId,
    Legacy <=> Legacy,
    BirthCertificate <=> BirthCertificate,
    Passport <=> Passport,
    Military <=> Military,
    ForeignResidence <=> ForeignResidence,
    None <=> None,
});
codes!(role::Kind => events::RoleKind, not stated: Unspecified, {
    Staff <=> Staff,
    LiaisonOfficer <=> LiaisonOfficer,
    Volunteer <=> Volunteer,
});
codes!(role::LiaisonDomain => pb::LiaisonDomain, not stated: Unspecified, {
    VillageCommunity <=> VillageCommunity,
    Industry <=> Industry,
    Enterprise <=> Enterprise,
});
codes!(hero::HonourLevel => pb::HonourLevel, not stated: Unspecified, {
    National <=> National,
    ProvinceHero <=> ProvinceHero,
    ProvinceModel <=> ProvinceModel,
    CityModel <=> CityModel,
    CountyAdvanced <=> CountyAdvanced,
    WorkUnit <=> WorkUnit,
    ConfirmedOnly <=> ConfirmedOnly,
});
codes!(hero::Level => pb::Confidentiality, not stated: Unspecified, {
    FamilyRequest <=> FamilyRequest,
    Safety <=> Safety,
    State <=> State,
});
codes!(StandingKind => pb::HeroStatus, not stated: Unspecified, {
    Confirmed <=> Confirmed,
    Revoked <=> Revoked,
    Deceased <=> Deceased,
});
codes!(hero::End => events::HeroEnd, not stated: Unspecified, {
    Revoked <=> Revoked,
    Deceased <=> Deceased,
});

codes!(consent::Giver => pb::Giver, not stated: Unspecified, {
    Own <=> Self_,
    Guardian <=> Guardian,
    Kin <=> Kin,
});
codes!(subject_request::Kind => pb::SubjectRequestKind, not stated: Unspecified, {
    Copy <=> Copy,
    Correct <=> Correct,
    Delete <=> Delete,
});
codes!(subject_request::Outcome => pb::SubjectRequestOutcome, not stated: Unspecified, {
    Copied <=> Copied,
    Corrected <=> Corrected,
    Erased <=> Erased,
    Locked <=> Locked,
});
codes!(subject_request::StateKind => pb::SubjectRequestState, not stated: Unspecified, {
    Open <=> Open,
    Fulfilled <=> Fulfilled,
    Refused <=> Refused,
});

codes!(handover::Side => pb::HandoverSide, not stated: Unspecified, {
    Giving <=> Giving,
    Receiving <=> Receiving,
});
codes!(handover::State => pb::HandoverState, not stated: Unspecified, {
    Offered <=> Offered,
    Accepted <=> Accepted,
    Released <=> Released,
    Completed <=> Completed,
    Returned <=> Returned,
    Refused <=> Refused,
    Withdrawn <=> Withdrawn,
    Expired <=> Expired,
});

/// The kernel's sex on the wire.
pub(crate) const fn sex(sex: Option<Sex>) -> pb::Sex {
    match sex {
        None => pb::Sex::Unspecified,
        Some(Sex::Male) => pb::Sex::Male,
        Some(Sex::Female) => pb::Sex::Female,
    }
}

/// The sex that was stated, if one was.
pub(crate) const fn stated_sex(wire: pb::Sex) -> Option<Sex> {
    match wire {
        pb::Sex::Unspecified => None,
        pb::Sex::Male => Some(Sex::Male),
        pb::Sex::Female => Some(Sex::Female),
    }
}

/// A warning on the wire.
pub(crate) const fn warning(warning: CitizenIdWarning) -> pb::PersonWarning {
    match warning {
        CitizenIdWarning::Age => pb::PersonWarning::Age,
        CitizenIdWarning::Legacy => pb::PersonWarning::Legacy,
    }
}

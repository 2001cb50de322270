//! Everything this service publishes, on one page: facts of the domain as messages of `member.events.v1`.
//!
//! Ids, codes and dates only. A sealed hero has no source, no date of confirmation and no place below
//! the county; [`SealedFact`] could not even supply them.

mod handovers;

pub(crate) use handovers::{
    handover_accepted, handover_completed, handover_offered, handover_refused, handover_released,
    handover_returned, handover_withdrawn, hero_moved, person_moved,
};

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, FuzzyDate, Provenance};
use jianyi_proto::convert::fact;
use jianyi_proto::member::events::v1 as pb;
use jianyi_proto::name;

use crate::codes;
use crate::domain::consent::{Consent, Withdrawn};
use crate::domain::count_statement::{CountStatement, Stated};
use crate::domain::county::County;
use crate::domain::hero::HeroId;
use crate::domain::hero::{Fact, Hero, PublicFact, SealedFact};
use crate::domain::org_unit::{Above, Closed, Opened, OrgUnit, Renamed};
use crate::domain::person::{Content, Person, PersonId, Registered};
use crate::domain::role::{Ended, Role, Started};

pub(crate) fn org_unit_opened(county: &County, unit: &OrgUnit, _: &Opened) -> NewEvent {
    let profile = &unit.profile;
    let event = pb::OrgUnitOpened {
        fact: Some(fact(
            &profile.division,
            &profile.opened_on,
            &profile.provenance,
        )),
        org_unit: name::county(county.division(), unit.id),
        kind: codes::number(Some(profile.kind)),
        tier: codes::number(profile.tier),
        parent: match profile.above {
            Above::Nothing => String::new(),
            Above::Here(parent) => name::county(county.division(), parent),
            Above::City(parent) => name::county(&Division::city(), parent),
        },
        pilot: profile.pilot,
    };
    NewEvent::of(&event, &event.org_unit, county.division(), unit.version)
}

pub(crate) fn org_unit_renamed(county: &County, unit: &OrgUnit, renamed: &Renamed) -> NewEvent {
    let event = pb::OrgUnitRenamed {
        fact: Some(fact(
            &unit.profile.division,
            &FuzzyDate::day(renamed.from),
            &Provenance::default(),
        )),
        org_unit: name::county(county.division(), unit.id),
    };
    NewEvent::of(&event, &event.org_unit, county.division(), unit.version)
}

pub(crate) fn org_unit_closed(county: &County, unit: &OrgUnit, closed: &Closed) -> NewEvent {
    let event = pb::OrgUnitClosed {
        fact: Some(fact(
            &unit.profile.division,
            &closed.on,
            &Provenance::default(),
        )),
        org_unit: name::county(county.division(), unit.id),
    };
    NewEvent::of(&event, &event.org_unit, county.division(), unit.version)
}

pub(crate) fn person_registered(
    county: &County,
    person: &Person,
    registered: &Registered,
) -> NewEvent {
    let on = FuzzyDate::day(registered.on);
    let provenance = match &person.content {
        Content::Known(profile) => profile.provenance.clone(),
        Content::Erased(_) => Provenance::default(),
    };
    let event = pb::PersonRegistered {
        fact: Some(fact(county.division(), &on, &provenance)),
        person: name::county(county.division(), person.id),
    };
    NewEvent::of(&event, &event.person, county.division(), person.version)
}

/// Names nobody but the person, and neither says why nor when.
pub(crate) fn person_sealed(county: &County, person: PersonId, version: i64) -> NewEvent {
    let event = pb::PersonSealed {
        fact: Some(nothing(county)),
        person: name::county(county.division(), person),
    };
    NewEvent::of(&event, &event.person, county.division(), version)
}

pub(crate) fn role_sealed(county: &County, role: &Role) -> NewEvent {
    let event = pb::RoleSealed {
        fact: Some(nothing(county)),
        role: name::county(told_by(county, role), role.id),
    };
    NewEvent::of(&event, &event.role, county.division(), role.version)
}

/// What somebody brought along was told of by the county where it was held, and keeps the name it had there.
fn told_by<'a>(county: &'a County, role: &'a Role) -> &'a Division {
    role.profile.held_in.as_ref().unwrap_or(county.division())
}

/// [`person_sealed`] once more, under the name that a county used before: what was
/// said under it must be forgotten as well.
pub(crate) fn person_sealed_formerly(
    county: &County,
    former: &Division,
    person: PersonId,
    version: i64,
) -> NewEvent {
    let event = pb::PersonSealed {
        fact: Some(nothing(county)),
        person: name::county(former, person),
    };
    NewEvent::of(&event, &event.person, county.division(), version)
}

/// A hero under a name that a county used before.
pub(crate) fn hero_sealed_formerly(county: &County, former: &Division, hero: &Hero) -> NewEvent {
    let event = pb::HeroSealed {
        fact: Some(nothing(county)),
        hero: name::county(former, hero.record().id),
    };
    NewEvent::of(
        &event,
        &event.hero,
        county.division(),
        hero.record().version,
    )
}

pub(crate) fn person_erased(county: &County, person: PersonId, version: i64) -> NewEvent {
    let event = pb::PersonErased {
        fact: Some(nothing(county)),
        person: name::county(county.division(), person),
    };
    NewEvent::of(&event, &event.person, county.division(), version)
}

/// `heroes` are those that the person is publicly known as; the person is not named.
pub(crate) fn consent_withdrawn(
    county: &County,
    consent: &Consent,
    heroes: &[HeroId],
    withdrawn: Withdrawn,
) -> NewEvent {
    let division = county.division();
    let event = pb::ConsentWithdrawn {
        fact: Some(fact(
            division,
            &FuzzyDate::day(withdrawn.on),
            &Provenance::default(),
        )),
        consent: name::county(division, consent.id),
        purpose: consent.paper.purpose.clone(),
        heroes: heroes
            .iter()
            .map(|hero| name::county(division, *hero))
            .collect(),
    };
    NewEvent::of(&event, &event.consent, division, consent.version)
}

/// The county, and nothing else.
fn nothing(county: &County) -> jianyi_proto::api::v1::Fact {
    fact(
        county.division(),
        &FuzzyDate::unknown(),
        &Provenance::default(),
    )
}

pub(crate) fn role_started(county: &County, role: &Role, _: &Started) -> NewEvent {
    let profile = &role.profile;
    let told_by = told_by(county, role);
    let on = profile.from.map_or_else(FuzzyDate::unknown, FuzzyDate::day);
    let event = pb::RoleStarted {
        fact: Some(fact(told_by, &on, &profile.provenance)),
        role: name::county(told_by, role.id),
        person: name::county(told_by, profile.person),
        kind: codes::number(Some(profile.duty.kind())),
        tier: codes::number(profile.duty.tier()),
        org_unit: name::county(told_by, profile.org_unit),
    };
    NewEvent::of(&event, &event.role, county.division(), role.version)
}

pub(crate) fn role_ended(county: &County, role: &Role, ended: &Ended) -> NewEvent {
    let profile = &role.profile;
    let told_by = told_by(county, role);
    let event = pb::RoleEnded {
        fact: Some(fact(
            told_by,
            &FuzzyDate::day(ended.on),
            &profile.provenance,
        )),
        role: name::county(told_by, role.id),
        person: name::county(told_by, profile.person),
        kind: codes::number(Some(profile.duty.kind())),
    };
    NewEvent::of(&event, &event.role, county.division(), role.version)
}

pub(crate) fn hero(county: &County, hero: &Hero, happened: &Fact) -> NewEvent {
    let version = hero.record().version;
    let division = county.division();
    let hero = name::county(division, hero.record().id);
    let resource = hero.clone();
    match happened {
        Fact::Public(PublicFact::Confirmed { on, provenance }) => {
            let event = pb::HeroConfirmed {
                fact: Some(fact(division, on, provenance)),
                hero,
            };
            NewEvent::of(&event, &resource, division, version)
        }
        Fact::Public(PublicFact::Released { on, provenance }) => {
            let event = pb::HeroSealReleased {
                fact: Some(fact(division, on, provenance)),
                hero,
            };
            NewEvent::of(&event, &resource, division, version)
        }
        Fact::Public(PublicFact::Ended { effective, why }) => {
            let fact = fact(
                division,
                &FuzzyDate::day(*effective),
                &Provenance::default(),
            );
            let event = pb::HeroEnded {
                fact: Some(fact),
                hero,
                reason: codes::number(Some(*why)),
            };
            NewEvent::of(&event, &resource, division, version)
        }
        Fact::Sealed(happened) => {
            let on = match happened {
                SealedFact::Confirmed | SealedFact::Sealed => FuzzyDate::unknown(),
                SealedFact::Ended { effective, .. } => FuzzyDate::day(*effective),
            };
            let fact = Some(fact(division, &on, &Provenance::default()));
            match happened {
                SealedFact::Confirmed => NewEvent::of(
                    &pb::SealedHeroConfirmed { fact, hero },
                    &resource,
                    division,
                    version,
                ),
                SealedFact::Sealed => {
                    NewEvent::of(&pb::HeroSealed { fact, hero }, &resource, division, version)
                }
                SealedFact::Ended { why, .. } => {
                    let event = pb::SealedHeroEnded {
                        fact,
                        hero,
                        reason: codes::number(Some(*why)),
                    };
                    NewEvent::of(&event, &resource, division, version)
                }
            }
        }
    }
}

pub(crate) fn count_stated(county: &County, statement: &CountStatement, _: &Stated) -> NewEvent {
    let profile = &statement.profile;
    let event = pb::CountStated {
        fact: Some(fact(&profile.division, &profile.as_of, &profile.provenance)),
        statement: name::county(county.division(), statement.id),
        subject: profile.subject.as_str().into(),
        count: Some(profile.count.into()),
    };
    NewEvent::of(
        &event,
        &event.statement,
        county.division(),
        statement.version,
    )
}

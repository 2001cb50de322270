//! What two counties say to each other when a person moves, and what everybody hears of it.
//!
//! Opaque ids, days and a ciphertext. What is said between the two is addressed and shown to nobody else.

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, FuzzyDate, Provenance};
use jianyi_proto::api::v1::Fact;
use jianyi_proto::convert::{fact, timestamp};
use jianyi_proto::member::events::v1 as pb;
use jianyi_proto::name;
use prost::{Message, Name};

use super::nothing;
use crate::domain::county::County;
use crate::domain::handover::{Handover, Side};
use crate::domain::hero::Hero;
use crate::domain::person::PersonId;

/// Its name in the giving county, by which both speak of it.
fn named(county: &County, handover: &Handover) -> String {
    let giver = match handover.side {
        Side::Giving => county.division(),
        Side::Receiving => &handover.terms.county,
    };
    name::county(giver, handover.id)
}

fn dated(county: &County, handover: &Handover) -> Fact {
    let on = FuzzyDate::day(handover.terms.effective_on);
    fact(county.division(), &on, &Provenance::default())
}

fn addressed<E: Message + Name>(
    event: &E,
    resource: &str,
    county: &County,
    handover: &Handover,
) -> NewEvent {
    NewEvent::of(event, resource, county.division(), handover.version)
        .addressed_to(&handover.terms.county)
}

pub(crate) fn handover_offered(county: &County, handover: &Handover) -> NewEvent {
    let terms = &handover.terms;
    let event = pb::HandoverOffered {
        fact: Some(dated(county, handover)),
        handover: named(county, handover),
        recipient: terms.county.to_string(),
        person: name::county(county.division(), terms.person),
        epoch: terms.epoch,
        expire_time: Some(timestamp(terms.expires_at)),
        sealed: terms.sealed,
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn handover_withdrawn(county: &County, handover: &Handover) -> NewEvent {
    let event = pb::HandoverWithdrawn {
        fact: Some(nothing(county)),
        handover: named(county, handover),
        recipient: handover.terms.county.to_string(),
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn handover_accepted(
    county: &County,
    handover: &Handover,
    public_key: Vec<u8>,
) -> NewEvent {
    let event = pb::HandoverAccepted {
        fact: Some(nothing(county)),
        handover: named(county, handover),
        recipient: handover.terms.county.to_string(),
        epoch: handover.terms.epoch,
        public_key,
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn handover_refused(county: &County, handover: &Handover) -> NewEvent {
    let event = pb::HandoverRefused {
        fact: Some(nothing(county)),
        handover: named(county, handover),
        recipient: handover.terms.county.to_string(),
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn handover_released(county: &County, handover: &Handover, parcel: Vec<u8>) -> NewEvent {
    let event = pb::HandoverReleased {
        fact: Some(dated(county, handover)),
        handover: named(county, handover),
        recipient: handover.terms.county.to_string(),
        epoch: handover.next_epoch(),
        parcel,
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn handover_completed(county: &County, handover: &Handover) -> NewEvent {
    let event = pb::HandoverCompleted {
        fact: Some(dated(county, handover)),
        handover: named(county, handover),
        recipient: handover.terms.county.to_string(),
        epoch: handover.next_epoch(),
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn handover_returned(county: &County, handover: &Handover) -> NewEvent {
    let event = pb::HandoverReturned {
        fact: Some(nothing(county)),
        handover: named(county, handover),
        recipient: handover.terms.county.to_string(),
        epoch: handover.next_epoch(),
        reason: handover.reason.clone().unwrap_or_default(),
    };
    addressed(&event, &event.handover, county, handover)
}

pub(crate) fn person_moved(
    county: &County,
    handover: &Handover,
    person: PersonId,
    version: i64,
) -> NewEvent {
    let event = pb::PersonMoved {
        fact: Some(dated(county, handover)),
        person: name::county(county.division(), person),
        former: name::county(&handover.terms.county, person),
    };
    NewEvent::of(&event, &event.person, county.division(), version)
}

/// Of one who must stay unknown only care hears.
pub(crate) fn hero_moved(county: &County, handover: &Handover, hero: &Hero) -> NewEvent {
    let (id, version) = (hero.record().id, hero.record().version);
    let own: &Division = county.division();
    let (fact, former) = (
        Some(dated(county, handover)),
        name::county(&handover.terms.county, id),
    );
    let hero_name = name::county(own, id);
    if hero.sealed().is_some() {
        let event = pb::SealedHeroMoved {
            fact,
            hero: hero_name,
            former,
        };
        NewEvent::of(&event, &event.hero, own, version)
    } else {
        let event = pb::HeroMoved {
            fact,
            hero: hero_name,
            former,
        };
        NewEvent::of(&event, &event.hero, own, version)
    }
}

//! Which heroes, and which people with which roles behind them, are under confidentiality, so that nothing about
//! them is shown that was published before.
//!
//! The streams keep what was said of somebody who was sealed later. Whoever is released from confidentiality
//! stays withheld here: what was hidden does not come back as news. Who is sealed is learned from the
//! member stream, from its beginning and before anything is shown, and kept in memory: ids, nothing else.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use futures::StreamExt as _;
use jianyi_bus::{Bus, Cursor, Filter, Notice, Watched};
use jianyi_telemetry::Shutdown;

use crate::events::SEALED;

/// What precedes an id in its resource name, wherever in an event the name stands.
const COLLECTIONS: [&[u8]; 3] = [b"heroes/", b"people/", b"roles/"];
const ID_LENGTH: usize = 36;

type OpaqueId = [u8; ID_LENGTH];

/// The sealed ids known so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sealed(Arc<RwLock<HashSet<OpaqueId>>>);

impl Sealed {
    /// Learns of everybody who was sealed until now, and where to go on from.
    pub(crate) async fn catch_up(&self, bus: &Bus, shutdown: &Shutdown) -> Cursor {
        self.read(bus, Cursor::beginning(), true, shutdown).await
    }

    /// Learns of everybody who is sealed from now on, until shutdown.
    pub(crate) async fn follow(&self, bus: &Bus, from: Cursor, shutdown: &Shutdown) {
        self.read(bus, from, false, shutdown).await;
    }

    /// Whether an event names something sealed, as its subject or in its data.
    pub(crate) fn hides(&self, event: &Watched) -> bool {
        let sealed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        [event.subject_resource.as_bytes(), &event.data]
            .into_iter()
            .flat_map(named)
            .any(|id| sealed.contains(id))
    }

    async fn read(
        &self,
        bus: &Bus,
        mut cursor: Cursor,
        until_caught_up: bool,
        shutdown: &Shutdown,
    ) -> Cursor {
        let filter = Filter {
            types: SEALED.map(ToOwned::to_owned).into(),
            until_caught_up,
            ..Filter::default()
        };
        let mut notices =
            jianyi_bus::watch(bus.clone(), &["member"], cursor.clone(), filter, shutdown);
        while let Some(notice) = notices.next().await {
            if let Notice::Event(event) = notice {
                self.learn(&event);
                cursor = event.cursor;
            }
        }
        cursor
    }

    fn learn(&self, event: &Watched) {
        let mut sealed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        sealed.extend(named(event.subject_resource.as_bytes()));
    }
}

/// The heroes, people and roles that are named in a text or an encoded message.
fn named(bytes: &[u8]) -> impl Iterator<Item = &OpaqueId> {
    COLLECTIONS.into_iter().flat_map(move |collection| {
        bytes
            .windows(collection.len() + ID_LENGTH)
            .filter_map(move |window| window.strip_prefix(collection)?.first_chunk())
    })
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Clock;
    use jianyi_proto::care::events::v1::HeroBecameEligible;
    use jianyi_proto::member::events::v1::{
        HeroConfirmed, HeroSealed, PersonRegistered, PersonSealed, RoleSealed, RoleStarted,
    };
    use jianyi_proto::publicity::events::v1::StoryDrafted;
    use prost::{Message, Name};

    use super::*;

    fn watched<E: Message + Name>(event: &E, subject: &str) -> Watched {
        let clock = Clock::system();
        Watched {
            cursor: Cursor::beginning(),
            id: clock.new_uuid(),
            type_name: E::full_name(),
            source: "//member.jianyi/counties/410611".into(),
            subject_resource: subject.into(),
            division: "410611".parse().unwrap(),
            time: clock.now(),
            sequence: 1,
            traceparent: None,
            data: event.encode_to_vec().into(),
        }
    }

    #[test]
    fn what_was_said_before_the_sealing_is_hidden_wherever_it_names_the_hero() {
        let clock = Clock::system();
        let hero = format!("counties/410611/heroes/{}", clock.new_uuid());
        let other = format!("counties/410611/heroes/{}", clock.new_uuid());
        let sealed = Sealed::default();
        let confirmed = |hero: &String| {
            let event = HeroConfirmed {
                hero: hero.clone(),
                ..HeroConfirmed::default()
            };
            watched(&event, hero)
        };
        let eligible = HeroBecameEligible {
            hero: hero.clone(),
            ..HeroBecameEligible::default()
        };
        let drafted = StoryDrafted {
            story: "stories/1".into(),
            hero: hero.clone(),
            ..StoryDrafted::default()
        };
        let drafted = watched(&drafted, "stories/1");
        assert!(!sealed.hides(&confirmed(&hero)) && !sealed.hides(&drafted));

        sealed.learn(&watched(&HeroSealed::default(), &hero));
        assert!(sealed.hides(&confirmed(&hero)) && sealed.hides(&drafted));
        assert!(sealed.hides(&watched(&eligible, &hero)));
        assert!(!sealed.hides(&confirmed(&other)));
    }

    #[test]
    fn m29_the_person_behind_and_their_roles_are_hidden_too() {
        let clock = Clock::system();
        let county = "counties/410611";
        let person = format!("{county}/people/{}", clock.new_uuid());
        let role = format!("{county}/roles/{}", clock.new_uuid());
        let started = |person: &str| {
            let event = RoleStarted {
                role: role.clone(),
                person: person.into(),
                ..RoleStarted::default()
            };
            watched(&event, &role)
        };
        let registered = PersonRegistered {
            person: person.clone(),
            ..PersonRegistered::default()
        };
        let registered = watched(&registered, &person);
        let sealed = Sealed::default();
        assert!(!sealed.hides(&registered) && !sealed.hides(&started(&person)));
        sealed.learn(&watched(&PersonSealed::default(), &person));
        assert!(sealed.hides(&registered) && sealed.hides(&started(&person)));

        let other = format!("{county}/people/{}", clock.new_uuid());
        assert!(!sealed.hides(&started(&other)));
        sealed.learn(&watched(&RoleSealed::default(), &role));
        assert!(sealed.hides(&started(&other)));
    }
}

//! Every transition of a hero, allowed and refused.

use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

use super::*;

const TODAY: Date = date!(2024 - 12 - 31);

fn confirm(seal: Option<Seal>) -> (Hero, Fact) {
    let decision = Decision {
        person: PersonId::from_uuid(Uuid::from_u128(1)),
        confirmed_on: fuzzy("2024-03"),
        document_no: "鹤见义勇为〔2024〕3号".into(),
        authority: "评审委员会".into(),
        honour_level: None,
        provenance: Provenance {
            sources: vec!["S99".into()],
            locations: vec![],
        },
    };
    Hero::confirm(
        HeroId::from_uuid(Uuid::from_u128(2)),
        decision,
        seal,
        Timestamp::from_unix(0, 0).unwrap(),
    )
}

fn fuzzy(text: &str) -> FuzzyDate {
    FuzzyDate::parse("on", text).unwrap()
}

fn family() -> Seal {
    Seal {
        level: Level::FamilyRequest,
        ground: Pii::new("来信".into()),
    }
}

fn revoke(hero: Hero, on: Date) -> Result<(Hero, Fact), Error> {
    hero.revoke(
        on,
        "撤〔2024〕1号".into(),
        Pii::new("弄虚作假".into()),
        TODAY,
    )
}

#[test]
fn m28_a_revocation_takes_effect_on_the_day_of_the_decision() {
    let (hero, fact) = confirm(None);
    assert!(matches!(fact, Fact::Public(PublicFact::Confirmed { .. })));
    let (hero, fact) = revoke(hero, date!(2024 - 06 - 01)).unwrap();
    let ended = PublicFact::Ended {
        effective: date!(2024 - 06 - 01),
        why: End::Revoked,
    };
    assert_eq!(fact, Fact::Public(ended));
    assert_eq!(hero.record().version, 2);
    assert_eq!(
        hero.clone().die(fuzzy("2024-07-01"), TODAY).unwrap_err(),
        Error::NotCurrent
    );
    assert_eq!(revoke(hero, TODAY).unwrap_err(), Error::NotCurrent);
}

#[test]
fn impossible_days_are_refused() {
    assert_eq!(
        revoke(confirm(None).0, date!(2025 - 01 - 01)).unwrap_err(),
        Error::InFuture
    );
    assert_eq!(
        revoke(confirm(None).0, date!(2024 - 02 - 29)).unwrap_err(),
        Error::RevokedBeforeConfirmed
    );
    assert_eq!(
        confirm(None).0.die(fuzzy("2025"), TODAY).unwrap_err(),
        Error::InFuture
    );
}

#[test]
fn a_death_known_roughly_takes_effect_on_its_last_possible_day() {
    for (died_on, effective) in [
        ("2024-07-01", date!(2024 - 07 - 01)),
        ("1985", date!(1985 - 12 - 31)),
        ("2024-12", TODAY),
    ] {
        let (_, fact) = confirm(None).0.die(fuzzy(died_on), TODAY).unwrap();
        assert_eq!(
            fact,
            Fact::Public(PublicFact::Ended {
                effective,
                why: End::Deceased
            }),
            "{died_on}"
        );
    }
}

#[test]
fn a_seal_goes_on_once_at_any_time_and_everything_after_it_is_sealed() {
    let (hero, fact) = confirm(None).0.seal(family()).unwrap();
    assert_eq!(
        (fact, hero.record().version),
        (Some(Fact::Sealed(SealedFact::Sealed)), 2)
    );
    assert_eq!(
        hero.clone().seal(family()).unwrap_err(),
        Error::AlreadySealed
    );
    let (hero, fact) = revoke(hero, TODAY).unwrap();
    assert_eq!(
        fact,
        Fact::Sealed(SealedFact::Ended {
            effective: TODAY,
            why: End::Revoked
        })
    );
    assert!(hero.sealed().is_some());

    let (ended, _) = confirm(None).0.die(fuzzy("2024-07-01"), TODAY).unwrap();
    assert!(ended.seal(family()).is_ok());
}

proptest! {
    #[test]
    fn m29_no_path_leads_from_sealed_to_a_public_fact(steps in prop::collection::vec(0_u8..3, 0..6), sealed: bool) {
        let (mut hero, fact) = confirm(sealed.then(family));
        let mut is_sealed = sealed;
        prop_assert_eq!(matches!(fact, Fact::Sealed(_)), is_sealed);
        for step in steps {
            let moved = match step {
                0 => revoke(hero.clone(), TODAY).map(|(hero, fact)| (hero, Some(fact))),
                1 => hero.clone().die(fuzzy("2024-08"), TODAY).map(|(hero, fact)| (hero, Some(fact))),
                _ => hero.clone().seal(family()),
            };
            if let Ok((next, fact)) = moved {
                is_sealed |= step == 2;
                prop_assert_eq!(matches!(fact, Some(Fact::Sealed(_))), is_sealed);
                prop_assert_eq!(next.record().version, hero.record().version + 1);
                hero = next;
            }
        }
        prop_assert_eq!(hero.sealed().is_some(), is_sealed);
    }
}

fn sealed(level: Level) -> Hero {
    let ground = Pii::new("来函".into());
    confirm(Some(Seal { level, ground })).0
}

fn decision() -> Release {
    Release::Decision {
        authority: "市公安局".into(),
        document_no: "鹤公〔2024〕9号".into(),
    }
}

#[test]
fn a_seal_is_raised_and_never_lowered() {
    let (raised, fact) = sealed(Level::FamilyRequest)
        .seal(Seal {
            level: Level::State,
            ground: Pii::new("密".into()),
        })
        .unwrap();
    assert_eq!((fact, raised.sealed().unwrap().level), (None, Level::State));
    assert_eq!(raised.seal(family()).unwrap_err(), Error::AlreadySealed);
}

#[test]
fn each_level_is_released_by_what_it_takes_and_nothing_else() {
    use Giver::{Guardian, Kin, Own};
    let release = |hero: Hero, by: &Release| {
        hero.release(by, TODAY)
            .map(|(hero, facts)| (hero.sealed().is_none(), facts.len()))
    };
    for giver in [Own, Guardian] {
        let by = Release::Consent(giver);
        assert_eq!(release(sealed(Level::FamilyRequest), &by), Ok((true, 1)));
    }
    let kin = Release::Consent(Kin);
    assert_eq!(
        release(sealed(Level::FamilyRequest), &kin),
        Err(Error::ConsentNotTheSubjects)
    );
    let (dead, _) = sealed(Level::FamilyRequest)
        .die(fuzzy("2024-07-01"), TODAY)
        .unwrap();
    // Released, and still ended.
    assert_eq!(release(dead, &kin), Ok((true, 2)));
    assert_eq!(
        release(sealed(Level::FamilyRequest), &decision()),
        Err(Error::ConsentRequired)
    );
    for level in [Level::Safety, Level::State] {
        assert_eq!(
            release(sealed(level), &Release::Consent(Own)),
            Err(Error::AuthorityRequired)
        );
        assert_eq!(release(sealed(level), &decision()), Ok((true, 1)));
    }
    assert_eq!(release(confirm(None).0, &decision()), Err(Error::NotSealed));
}

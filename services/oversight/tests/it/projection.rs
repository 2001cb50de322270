//! Everybody's events becoming facts: repeated, out of order, hidden, unknown.

use jianyi_proto::api::v1::{Count, Modality};
use jianyi_proto::care::events::v1 as care;
use jianyi_proto::donation::events::v1 as donation;
use jianyi_proto::member::events::v1 as member;
use jianyi_proto::oversight::v1::*;
use jianyi_proto::publicity::events::v1 as publicity;
use prost::{Message, Name};

use crate::world::{World, exactly, fact};

const UNIT: &str = "counties/410611/orgUnits/1";
const HERO: &str = "counties/410611/heroes/1";

async fn facts(world: &World, kind: &str) -> Vec<FactRecord> {
    let request = ListFactsRequest {
        kind: kind.into(),
        ..Default::default()
    };
    world
        .oversight
        .clone()
        .list_facts(request)
        .await
        .unwrap()
        .into_inner()
        .facts
}

fn opened() -> member::OrgUnitOpened {
    member::OrgUnitOpened {
        fact: fact("410611", "2024-03", "S09"),
        org_unit: UNIT.into(),
        kind: member::OrgUnitKind::HeroStudio.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn ten_deliveries_in_any_order_come_to_one_fact() {
    let world = World::start().await;
    let closed = member::OrgUnitClosed {
        fact: fact("410611", "2024-11-01", "S09"),
        org_unit: UNIT.into(),
    };
    for _ in 0..10 {
        world.t.deliver(&closed, UNIT, "410611", 3).await.unwrap();
        world.t.deliver(&opened(), UNIT, "410611", 1).await.unwrap();
    }
    let rows = facts(&world, "member.org_unit").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].state(), rows[0].ended_on.as_str(), rows[0].version),
        (FactState::Ended, "2024-11-01", 3)
    );
    assert_eq!(
        (rows[0].kind.as_str(), rows[0].on.as_str()),
        ("member.org_unit.hero_studio", "2024-03")
    );
    assert_eq!(world.figure("hero_studios").await.value, None);
}

#[tokio::test]
async fn an_event_that_was_cancelled_before_it_was_heard_of_does_not_count() {
    let world = World::start().await;
    let event = "events/1";
    let cancelled = publicity::EventCancelled {
        fact: fact("410600", "2024-01-29", "S21"),
        event: event.into(),
    };
    let held = publicity::EventHeld {
        fact: fact("410600", "2024-01-29", "S21"),
        event: event.into(),
        kind: publicity::EventKind::SpringGala.into(),
        ..Default::default()
    };
    world
        .t
        .deliver(&cancelled, event, "410600", 2)
        .await
        .unwrap();
    world.t.deliver(&held, event, "410600", 1).await.unwrap();
    assert_eq!(world.figure("spring_galas").await.value, None);
}

#[tokio::test]
async fn a_sealed_hero_leaves_nothing_behind_even_when_the_confirmation_comes_late() {
    let world = World::start().await;
    let confirmed = member::HeroConfirmed {
        fact: fact("410611", "2024-05-05", "K1"),
        hero: HERO.into(),
    };
    world
        .t
        .deliver(&confirmed, HERO, "410611", 1)
        .await
        .unwrap();
    assert_eq!(world.figure("heroes_total").await.value, Some(1));

    let sealed = member::HeroSealed {
        fact: fact("410611", "", "K1"),
        hero: HERO.into(),
    };
    world.t.deliver(&sealed, HERO, "410611", 2).await.unwrap();
    world
        .t
        .deliver(&confirmed, HERO, "410611", 1)
        .await
        .unwrap();
    let report = world.report().await;
    assert_eq!(report.figures["heroes_total"].value, None);
    assert!(!format!("{report:?}").contains(HERO));
    assert!(facts(&world, "").await.is_empty());

    // Released, the hero counts again, whatever arrives late.
    let released = member::HeroSealReleased {
        fact: fact("410611", "2024-03-05", "K1"),
        hero: HERO.into(),
    };
    world.t.deliver(&released, HERO, "410611", 3).await.unwrap();
    world.t.deliver(&sealed, HERO, "410611", 2).await.unwrap();
    assert_eq!(world.figure("heroes_total").await.value, Some(1));
}

#[tokio::test]
async fn a_hero_sealed_from_the_start_moves_no_watermark() {
    let world = World::start().await;
    let confirmed = member::SealedHeroConfirmed {
        fact: fact("410611", "", "K1"),
        hero: HERO.into(),
    };
    let ended = member::SealedHeroEnded {
        fact: fact("410611", "", "K1"),
        hero: HERO.into(),
        reason: 1,
    };
    world
        .t
        .deliver(&confirmed, HERO, "410611", 1)
        .await
        .unwrap();
    world.t.deliver(&ended, HERO, "410611", 2).await.unwrap();
    let report = world.report().await;
    assert!(report.watermarks.is_empty() && report.chronicle.is_empty());
    assert!(!world.t.dump().await.contains("heroes/1"));
}

#[tokio::test]
async fn an_activity_that_closed_is_in_the_report_and_the_chronicle_with_its_numbers() {
    let world = World::start().await;
    let activity = "activities/1";
    let planned = care::ActivityPlanned {
        fact: fact("410600", "2024-06-18/2024-06-24", "S25"),
        activity: activity.into(),
        kind: care::ActivityKind::Recuperation.into(),
    };
    world
        .t
        .deliver(&planned, activity, "410600", 1)
        .await
        .unwrap();
    assert_eq!(
        world.figure("recuperation_days").await.value,
        None,
        "a plan is no activity"
    );
    let closed = care::ActivityClosed {
        fact: planned.fact.clone(),
        activity: activity.into(),
        kind: planned.kind,
        batch_no: 2,
        days: 7,
        destinations: vec!["210200".into(), "370600".into()],
        participants: None,
    };
    world
        .t
        .deliver(&closed, activity, "410600", 2)
        .await
        .unwrap();
    let report = world.report().await;
    for (key, value) in [
        ("recuperation_days", 7),
        ("recuperation_batch", 2),
        ("recuperation_destinations", 2),
        ("dated_activities", 1),
    ] {
        assert_eq!(report.figures[key].value, Some(value), "{key}");
        assert_eq!(report.figures[key].facts, [activity], "{key}");
    }
    assert_eq!(report.figures["recuperation_headcount"].text, "—");
    assert_eq!(
        report.chronicle[0].text,
        "组织英模健康休养(第2期,赴大连、烟台,为期7天)"
    );
    assert_eq!(report.watermarks["410600"].sequence["care"], 1);
}

#[tokio::test]
async fn an_event_of_a_type_from_the_future_passes_and_one_of_nonsense_is_refused() {
    #[derive(Clone, PartialEq, Message)]
    struct HeroTeleported {}
    impl Name for HeroTeleported {
        const NAME: &'static str = "HeroTeleported";
        const PACKAGE: &'static str = "jianyi.member.events.v1";
    }

    let world = World::start().await;
    world
        .t
        .deliver(&HeroTeleported {}, HERO, "410611", 9)
        .await
        .unwrap();
    assert!(facts(&world, "").await.is_empty());

    let nonsense = member::CountStated {
        fact: fact("410611", "sometime", "S11"),
        statement: "countStatements/1".into(),
        subject: "volunteers".into(),
        count: exactly(1),
    };
    let refused = world
        .t
        .deliver(&nonsense, "countStatements/1", "410611", 1)
        .await
        .unwrap_err();
    assert!(
        !refused.is_transient(),
        "it is set aside, not retried for ever"
    );
}

#[tokio::test]
async fn o09_facts_are_listed_by_year_kind_and_division() {
    let world = World::start().await;
    world.t.deliver(&opened(), UNIT, "410611", 1).await.unwrap();
    for (n, on) in [(1, "2023-12-31"), (2, "2024-01-01"), (3, "2024-05/2024-10")] {
        world.t.clock().advance(std::time::Duration::from_millis(1));
        let session = format!("sixEnterCampaigns/1/sessions/{n}");
        let held = publicity::SixEnterSessionHeld {
            fact: fact("410600", on, "S20"),
            session: session.clone(),
            campaign: "sixEnterCampaigns/1".into(),
            kind: publicity::SixEnter::Community.into(),
        };
        world.t.deliver(&held, &session, "410600", 1).await.unwrap();
    }
    let list = async |request: ListFactsRequest| {
        let facts = world
            .oversight
            .clone()
            .list_facts(request)
            .await
            .unwrap()
            .into_inner()
            .facts;
        facts
            .into_iter()
            .map(|fact| fact.resource)
            .collect::<Vec<_>>()
    };
    let sessions = ListFactsRequest {
        year: 2024,
        kind: "publicity.six_enter_session".into(),
        ..Default::default()
    };
    assert_eq!(
        list(sessions).await,
        [
            "sixEnterCampaigns/1/sessions/2",
            "sixEnterCampaigns/1/sessions/3"
        ]
    );
    assert_eq!(
        list(ListFactsRequest {
            division: "410611".into(),
            ..Default::default()
        })
        .await,
        [UNIT]
    );
    assert_eq!(
        list(ListFactsRequest {
            division: "410600".into(),
            ..Default::default()
        })
        .await
        .len(),
        4
    );
    assert!(
        list(ListFactsRequest {
            kind: "publicity.six".into(),
            ..Default::default()
        })
        .await
        .is_empty()
    );
}

#[tokio::test]
async fn p08_twenty_and_more_people_are_printed_as_said() {
    let world = World::start().await;
    let held = publicity::EventHeld {
        fact: fact("410600", "2024-08-01AM", "S43"),
        event: "events/8".into(),
        kind: publicity::EventKind::ArmyDayEducation.into(),
        participants: Some(Count {
            value: Some(20),
            modality: Modality::AtLeast.into(),
        }),
        sites: 2,
    };
    world
        .t
        .deliver(&held, "events/8", "410600", 1)
        .await
        .unwrap();
    let figure = world.figure("aug1_participants").await;
    assert_eq!(
        (figure.value, figure.modality(), figure.text.as_str()),
        (Some(20), Modality::AtLeast, "20余人")
    );
    assert_eq!(world.figure("aug1_sites").await.value, Some(2));
}

#[tokio::test]
async fn a_reversed_donation_no_longer_counts_whichever_comes_first() {
    let world = World::start().await;
    for (n, amount_fen) in [(1, 10_000), (2, 500)] {
        let name = format!("donations/{n}");
        let received = donation::DonationReceived {
            fact: fact("410600", "2024-09-05", "K2"),
            donation: name.clone(),
            amount_fen,
            ..Default::default()
        };
        let reversed = donation::DonationReversed {
            fact: fact("410600", "2024-09-20", "K2"),
            donation: name.clone(),
            amount_fen,
            ..Default::default()
        };
        if n == 2 {
            world
                .t
                .deliver(&reversed, &name, "410600", 2)
                .await
                .unwrap();
        }
        world
            .t
            .deliver(&received, &name, "410600", 1)
            .await
            .unwrap();
    }
    let figure = world.figure("donation_amount").await;
    assert_eq!(
        (figure.value, figure.text.as_str()),
        (Some(10_000), "100.00元")
    );
    assert_eq!(figure.facts, ["donations/1"]);
}

#[tokio::test]
async fn m31_a_hero_who_moves_ends_there_holds_here_and_is_one_in_the_report() {
    let world = World::start().await;
    let moved = HERO.replace("410611", "410621");
    let confirmed = member::HeroConfirmed {
        fact: fact("410611", "2024-03", "S09"),
        hero: HERO.into(),
    };
    let event = member::HeroMoved {
        fact: fact("410621", "2024-07-05", ""),
        hero: moved.clone(),
        former: HERO.into(),
    };
    // The move overtakes the confirmation, and both come twice.
    for _ in 0..2 {
        world.t.deliver(&event, &moved, "410621", 2).await.unwrap();
        world
            .t
            .deliver(&confirmed, HERO, "410611", 1)
            .await
            .unwrap();
    }
    let rows = facts(&world, "member.hero").await;
    let mut seen: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.resource.as_str(),
                row.state(),
                row.on.as_str(),
                row.ended_on.as_str(),
            )
        })
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            (HERO, FactState::Ended, "2024-03", "2024-07-05"),
            (moved.as_str(), FactState::Current, "2024-07-05", ""),
        ]
    );
    assert_eq!(world.figure("heroes_total").await.value, Some(1));
}

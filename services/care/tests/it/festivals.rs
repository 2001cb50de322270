//! Festival days, condolence rounds and whom they reached.

use jianyi_proto::api::v1::Fact;
use jianyi_proto::care::events::v1::Festival;
use jianyi_proto::care::v1::{
    CreateFestivalRoundRequest, CreateVisitRequest, FestivalRound, GetFestivalDayRequest,
    GetRoundCoverageRequest, ListUncoveredHeroesRequest, ListVisitsRequest, RoundCoverage, Visit,
    VisitMode, VisitOutcome,
};
use jianyi_proto::member::events::v1::{HeroEnd, HeroMoved};
use tonic::{Code, Status};

use crate::world::{Client, World, exact, from_source, refused};

fn visit(round: &str, hero: &str, org: &str) -> CreateVisitRequest {
    let visit = Visit {
        hero: hero.into(),
        mode: VisitMode::Home.into(),
        visited_on: "2024-09-12".into(),
        visitor_org: org.into(),
        ..Visit::default()
    };
    CreateVisitRequest {
        parent: round.into(),
        visit: Some(visit),
        request_id: String::new(),
    }
}

fn with(mut request: CreateVisitRequest, change: impl FnOnce(&mut Visit)) -> CreateVisitRequest {
    change(request.visit.as_mut().unwrap());
    request
}

/// Names of the heroes left out, page by page.
async fn uncovered(client: &mut Client, round: &str) -> Result<Vec<String>, Status> {
    let mut request = ListUncoveredHeroesRequest {
        parent: round.into(),
        page_size: 1,
        ..ListUncoveredHeroesRequest::default()
    };
    let mut heroes = Vec::new();
    loop {
        let page = client
            .list_uncovered_heroes(request.clone())
            .await?
            .into_inner();
        heroes.extend(page.heroes);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return Ok(heroes);
        }
    }
}

async fn coverage(client: &mut Client, round: &str) -> Result<RoundCoverage, Status> {
    Ok(client
        .get_round_coverage(GetRoundCoverageRequest { name: round.into() })
        .await?
        .into_inner())
}

#[tokio::test]
async fn c01_festival_days_come_from_the_table() {
    let mut world = World::start().await;
    for (festival, year, day) in [
        (Festival::MidAutumn, 2026, "2026-09-25"),
        (Festival::Spring, 2027, "2027-02-06"),
        (Festival::Spring, 2030, "2030-02-03"),
        (Festival::DragonBoat, 2020, "2020-06-25"),
        (Festival::DoubleNinth, 2040, "2040-10-14"),
    ] {
        let request = GetFestivalDayRequest {
            festival: festival.into(),
            year,
        };
        assert_eq!(
            world
                .care
                .get_festival_day(request)
                .await
                .unwrap()
                .into_inner()
                .day,
            day
        );
    }
    for year in [2019, 2041] {
        let request = GetFestivalDayRequest {
            festival: Festival::Spring.into(),
            year,
        };
        assert_eq!(
            refused(world.care.get_festival_day(request).await),
            "FESTIVAL_YEAR_UNKNOWN"
        );
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from lunar_festivals")
        .fetch_one(&mut world.t.sql().await)
        .await
        .unwrap();
    assert_eq!(rows, 84);
}

#[tokio::test]
async fn c01_a_round_opens_for_the_festivals_day_once() {
    let mut world = World::start().await;
    let round = FestivalRound {
        festival: Festival::MidAutumn.into(),
        year: 2026,
        stated_coverage_percent: Some(exact(100)),
        provenance: from_source("S24"),
        ..FestivalRound::default()
    };
    let request = CreateFestivalRoundRequest {
        festival_round: Some(round),
        request_id: "round-1".into(),
    };
    let opened = world
        .care
        .create_festival_round(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (opened.festival_day.as_str(), opened.division.as_str()),
        ("2026-09-25", "410600")
    );
    let replayed = world
        .care
        .create_festival_round(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(opened, replayed);

    let again = CreateFestivalRoundRequest {
        request_id: "round-2".into(),
        ..request
    };
    let again = world.care.create_festival_round(again).await.unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert_eq!(
        world
            .round(Festival::Spring, 2027)
            .await
            .unwrap()
            .festival_day,
        "2027-02-06"
    );
    assert_eq!(
        refused(world.round(Festival::Spring, 2041).await),
        "FESTIVAL_YEAR_UNKNOWN"
    );
    assert_eq!(
        world.published().await,
        ["FestivalRoundOpened", "FestivalRoundOpened"]
    );
}

#[tokio::test]
async fn c02_one_hero_unvisited_is_a_gap_by_name() {
    let mut world = World::start().await;
    let round = world.round(Festival::MidAutumn, 2024).await.unwrap().name;
    let (first, second) = (world.hero(1).await, world.hero(2).await);
    world
        .care
        .create_visit(visit(&round, &first, "市见义勇为协会"))
        .await
        .unwrap();
    let partly = coverage(&mut world.care, &round).await.unwrap();
    assert_eq!(
        (partly.eligible, partly.visited, partly.computed_percent),
        (2, 1, Some(50))
    );
    assert_eq!(
        uncovered(&mut world.care, &round).await.unwrap(),
        std::slice::from_ref(&second)
    );

    let seen = coverage(&mut world.as_role("ROLE_LEADER"), &round)
        .await
        .unwrap();
    assert_eq!(seen, partly, "a leader sees the number");
    let names = uncovered(&mut world.as_role("ROLE_LEADER"), &round).await;
    assert_eq!(
        names.unwrap_err().code(),
        Code::PermissionDenied,
        "and no names"
    );
    assert!(
        coverage(&mut world.as_role("ROLE_AGENCY"), &round)
            .await
            .is_err()
    );

    world
        .care
        .create_visit(visit(&round, &second, "市见义勇为协会"))
        .await
        .unwrap();
    assert_eq!(
        coverage(&mut world.care, &round)
            .await
            .unwrap()
            .computed_percent,
        Some(100)
    );
}

#[tokio::test]
async fn v97_two_visits_count_one_hero_and_v98_who_declines_counts_not() {
    let mut world = World::start().await;
    let round = world.round(Festival::MidAutumn, 2024).await.unwrap().name;
    let (visited, declined, lost) = (
        world.hero(1).await,
        world.hero(2).await,
        world.hero(3).await,
    );
    world
        .care
        .create_visit(visit(&round, &visited, "市见义勇为协会"))
        .await
        .unwrap();
    world
        .care
        .create_visit(visit(&round, &visited, "淇滨区见义勇为协会"))
        .await
        .unwrap();
    let twice = world
        .care
        .create_visit(visit(&round, &visited, "市见义勇为协会"))
        .await
        .unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    let opted_out = with(visit(&round, &declined, "市见义勇为协会"), |v| {
        v.set_outcome(VisitOutcome::OptedOut);
    });
    world.care.create_visit(opted_out).await.unwrap();
    let unreachable = with(visit(&round, &lost, "市见义勇为协会"), |v| {
        v.set_outcome(VisitOutcome::Unreachable);
    });
    world.care.create_visit(unreachable).await.unwrap();

    let all = coverage(&mut world.care, &round).await.unwrap();
    assert_eq!(
        (
            all.eligible,
            all.visited,
            all.opted_out,
            all.computed_percent
        ),
        (3, 1, 1, Some(50))
    );
    assert_eq!(uncovered(&mut world.care, &round).await.unwrap(), [lost]);
    let listed = world
        .care
        .list_visits(ListVisitsRequest {
            parent: round,
            ..ListVisitsRequest::default()
        })
        .await;
    assert_eq!(listed.unwrap().into_inner().visits.len(), 4);
}

#[tokio::test]
async fn v88_the_family_of_a_deceased_hero_is_visited_and_of_a_revoked_one_not() {
    let mut world = World::start().await;
    let round = world.round(Festival::MidAutumn, 2024).await.unwrap().name;
    let (dead, revoked) = (world.hero(1).await, world.hero(2).await);
    world.end(&dead, "2024-03-01", HeroEnd::Deceased).await;
    world.end(&revoked, "2024-03-01", HeroEnd::Revoked).await;
    world
        .care
        .create_visit(visit(&round, &dead, "市见义勇为协会"))
        .await
        .unwrap();
    assert_eq!(
        refused(
            world
                .care
                .create_visit(visit(&round, &revoked, "市见义勇为协会"))
                .await
        ),
        "HERO_NOT_ELIGIBLE"
    );
    assert_eq!(
        coverage(&mut world.care, &round)
            .await
            .unwrap()
            .computed_percent,
        Some(100)
    );
}

#[tokio::test]
async fn m29_a_sealed_hero_is_in_no_number_and_in_one_list() {
    let mut world = World::start().await;
    let round = world.round(Festival::MidAutumn, 2024).await.unwrap().name;
    let (known, sealed) = (world.hero(1).await, world.sealed_hero(2).await);
    let left = uncovered(&mut world.as_role("ROLE_CARE"), &round).await;
    assert_eq!(left.unwrap(), [known.clone(), sealed.clone()]);
    for hero in [&known, &sealed] {
        let request = visit(&round, hero, "市见义勇为协会");
        world.care.create_visit(request).await.unwrap();
    }
    assert!(uncovered(&mut world.care, &round).await.unwrap().is_empty());
    for role in ["ROLE_CARE", "ROLE_LEADER", "ROLE_OVERSIGHT", "ROLE_AUDITOR"] {
        let shown = coverage(&mut world.as_role(role), &round).await.unwrap();
        assert_eq!((shown.eligible, shown.visited), (1, 1), "{role}");
    }
}

#[tokio::test]
async fn v100_a_sealed_hero_is_visited_without_pictures() {
    let mut world = World::start().await;
    let round = world.round(Festival::MidAutumn, 2024).await.unwrap().name;
    let sealed = world.sealed_hero(1).await;
    let pictured = |hero: &str| {
        with(visit(&round, hero, "市见义勇为协会"), |v| {
            v.with_media = true;
        })
    };
    assert_eq!(
        refused(world.care.create_visit(pictured(&sealed)).await),
        "SEALED_HERO_NO_MEDIA"
    );
    world
        .care
        .create_visit(visit(&round, &sealed, "市见义勇为协会"))
        .await
        .unwrap();

    let known = world.hero(2).await;
    world.care.create_visit(pictured(&known)).await.unwrap();
    world.seal(&known).await;
    let request = ListVisitsRequest {
        parent: round,
        ..ListVisitsRequest::default()
    };
    let listed = world.care.list_visits(request).await.unwrap().into_inner();
    assert!(listed.visits.is_empty(), "{listed:?}");
    let pictured: Vec<bool> = sqlx::query_scalar("select with_media from visits")
        .fetch_all(&mut world.t.sql().await)
        .await
        .unwrap();
    assert_eq!(pictured, [false, false]);
}

#[tokio::test]
async fn v96_a_festival_before_the_move_stays_the_former_countys_and_no_festival_is_both() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let mut rounds = Vec::new();
    for festival in [Festival::DragonBoat, Festival::MidAutumn] {
        for division in ["410611", "410621"] {
            let request = CreateFestivalRoundRequest {
                festival_round: Some(FestivalRound {
                    festival: festival.into(),
                    year: 2024,
                    division: division.into(),
                    ..FestivalRound::default()
                }),
                request_id: String::new(),
            };
            let round = world.care.create_festival_round(request).await.unwrap();
            rounds.push(round.into_inner().name);
        }
    }
    let paid = with(visit(&rounds[0], &hero, "淇滨区协会"), |visit| {
        visit.visited_on = "2024-06-08".into();
    });
    world.care.create_visit(paid).await.unwrap();

    let moved = hero.replace("410611", "410621");
    let event = HeroMoved {
        fact: Some(Fact {
            division: "410621".into(),
            on: "2024-07-05".into(),
            ..Fact::default()
        }),
        hero: moved.clone(),
        former: hero.clone(),
    };
    for _ in 0..2 {
        world.t.deliver(&event, &moved, "410621", 2).await.unwrap();
    }

    // The visit that was paid goes by the new name, and counts for the county that paid it.
    for (round, mine, visited) in [
        (&rounds[0], 1, 1),
        (&rounds[1], 0, 0),
        (&rounds[2], 0, 0),
        (&rounds[3], 1, 0),
    ] {
        let found = coverage(&mut world.care, round).await.unwrap();
        assert_eq!((found.eligible, found.visited), (mine, visited), "{round}");
    }
    let visits = ListVisitsRequest {
        parent: rounds[0].clone(),
        ..ListVisitsRequest::default()
    };
    let listed = world.care.list_visits(visits).await.unwrap().into_inner();
    assert_eq!(listed.visits[0].hero, moved);
    let late = visit(&rounds[2], &moved, "淇滨区协会");
    assert_eq!(
        refused(world.care.create_visit(late).await),
        "HERO_NOT_ELIGIBLE"
    );
    world
        .care
        .create_visit(visit(&rounds[3], &moved, "浚县协会"))
        .await
        .unwrap();
    // What the former county said before, and what comes late, still finds the hero.
    world.end(&hero, "2024-08-01", HeroEnd::Revoked).await;
    assert_eq!(
        coverage(&mut world.care, &rounds[3])
            .await
            .unwrap()
            .eligible,
        0
    );
}

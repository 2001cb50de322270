//! The life of a hero, public and sealed, and what others hear of it.

use std::collections::BTreeSet;
use std::time::Duration;

use jianyi_proto::member::events::v1::{
    HeroConfirmed, HeroEnd, HeroEnded, HeroSealed, SealedHeroConfirmed, SealedHeroEnded,
};
use jianyi_proto::member::v1::{
    Confidentiality, GetHeroRequest, GetHeroStandingRequest, Hero, HeroStatus, ListHeroesRequest,
    ListSealedHeroesRequest, Person, RecordDeathRequest, RevealHeroRequest, RevokeHeroRequest,
    SealHeroRequest,
};
use tonic::{Code, Status};

use crate::support::{
    Client, QIBIN, as_role, county, existing, hero, new_hero, new_person, person, published,
    refusal, violations,
};

async fn confirmed(client: &mut Client) -> Hero {
    let zhang = person(client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    hero(client, new_hero(&zhang.name, "鹤〔2024〕3号"))
        .await
        .unwrap()
}

async fn sealed(client: &mut Client) -> Hero {
    let wang = person(client, new_person("王大力", "410602198402290038"))
        .await
        .unwrap();
    let secret = Hero {
        confidentiality: Confidentiality::Safety.into(),
        confidentiality_ground: "公安机关来函".into(),
        ..new_hero(&wang.name, "鹤〔2024〕4号")
    };
    hero(client, secret).await.unwrap()
}

fn revocation(name: &str) -> RevokeHeroRequest {
    RevokeHeroRequest {
        name: name.into(),
        decided_on: "2024-06-01".into(),
        document_no: "撤〔2024〕1号".into(),
        reason: "弄虚作假".into(),
        ..RevokeHeroRequest::default()
    }
}

fn death(name: &str, died_on: &str) -> RecordDeathRequest {
    RecordDeathRequest {
        name: name.into(),
        died_on: died_on.into(),
        ..RecordDeathRequest::default()
    }
}

fn seal(name: &str) -> SealHeroRequest {
    SealHeroRequest {
        name: name.into(),
        level: Confidentiality::FamilyRequest.into(),
        ground: "家属来信".into(),
        ..SealHeroRequest::default()
    }
}

async fn seen(client: &mut Client, name: &str) -> Result<Hero, Status> {
    let request = GetHeroRequest { name: name.into() };
    client
        .get_hero(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn seen_sealed(client: &mut Client, name: &str) -> Result<Hero, Status> {
    let request = GetHeroRequest { name: name.into() };
    client
        .get_sealed_hero(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn listed_sealed(client: &mut Client) -> Result<Vec<String>, Status> {
    let request = ListSealedHeroesRequest {
        parent: QIBIN.into(),
        ..ListSealedHeroesRequest::default()
    };
    let heroes = client
        .list_sealed_heroes(request)
        .await?
        .into_inner()
        .heroes;
    Ok(heroes.into_iter().map(|hero| hero.name).collect())
}

async fn listed(client: &mut Client) -> Vec<String> {
    let request = ListHeroesRequest {
        parent: QIBIN.into(),
        ..ListHeroesRequest::default()
    };
    let heroes = client
        .list_heroes(request)
        .await
        .unwrap()
        .into_inner()
        .heroes;
    heroes.into_iter().map(|hero| hero.name).collect()
}

async fn current(client: &mut Client, name: &str) -> bool {
    let request = GetHeroStandingRequest { name: name.into() };
    client
        .get_hero_standing(request)
        .await
        .unwrap()
        .into_inner()
        .current
}

#[tokio::test]
async fn m28_a_revoked_hero_is_not_current_from_the_day_of_the_decision() {
    let (service, mut client) = county().await;
    let known = confirmed(&mut client).await;
    assert_eq!(
        (known.status(), known.etag.as_str()),
        (HeroStatus::Confirmed, "1")
    );
    assert_eq!(
        existing(hero(&mut client, new_hero(&known.person, "鹤〔2024〕3号")).await),
        known.name
    );
    let mut care = as_role(&service, "ROLE_CARE");
    assert!(current(&mut care, &known.name).await);

    let revoked = client
        .revoke_hero(revocation(&known.name))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (revoked.status(), revoked.ended_on.as_str()),
        (HeroStatus::Revoked, "2024-06-01")
    );
    assert!(!current(&mut care, &known.name).await);
    let again = client.revoke_hero(revocation(&known.name)).await;
    assert_eq!(
        refusal(again),
        (Code::FailedPrecondition, "HERO_NOT_CURRENT".into())
    );
    let late = client.record_death(death(&known.name, "2024-07-01")).await;
    assert_eq!(
        refusal(late),
        (Code::FailedPrecondition, "HERO_NOT_CURRENT".into())
    );
    // Why is told on demand, for a purpose, and to member affairs.
    let reveal = |purpose: &str| RevealHeroRequest {
        name: known.name.clone(),
        purpose: purpose.into(),
    };
    let told = client.reveal_hero(reveal("答复来访")).await.unwrap();
    assert_eq!(told.into_inner().revocation_reason, "弄虚作假");
    assert_eq!(
        violations(client.reveal_hero(reveal("")).await)[0].1,
        "PURPOSE_REQUIRED"
    );
    for client in [&mut client, &mut care] {
        let shown = seen(client, &known.name).await.unwrap();
        assert_eq!(shown.revocation_reason, "");
    }

    let (event, version) = published::<HeroConfirmed>(&service).await.remove(0);
    let fact = event.fact.unwrap();
    assert_eq!(
        (event.hero.as_str(), version, fact.on.as_str()),
        (known.name.as_str(), 1, "2024-03-15")
    );
    assert_eq!(
        (fact.division.as_str(), fact.sources),
        ("410611", vec!["S99".to_owned()])
    );
    let (event, version) = published::<HeroEnded>(&service).await.remove(0);
    assert_eq!((event.reason(), version), (HeroEnd::Revoked, 2));
    assert_eq!(
        (event.hero, event.fact.unwrap().on),
        (known.name, "2024-06-01".into())
    );
}

#[tokio::test]
async fn v36_a_deceased_hero_is_not_current_and_a_rough_date_ends_on_its_last_day() {
    let (service, mut client) = county().await;
    let known = confirmed(&mut client).await;
    let future = client.record_death(death(&known.name, "2025-01-01")).await;
    assert_eq!(
        refusal(future),
        (Code::FailedPrecondition, "DATE_IN_FUTURE".into())
    );
    let unknown = client.record_death(death(&known.name, "")).await;
    assert_eq!(
        violations(unknown),
        [("died_on".to_owned(), "REQUIRED".to_owned())]
    );
    let dead = client
        .record_death(death(&known.name, "2024-09"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (dead.status(), dead.ended_on.as_str()),
        (HeroStatus::Deceased, "2024-09")
    );
    let (event, _) = published::<HeroEnded>(&service).await.remove(0);
    assert_eq!(
        (event.reason(), event.fact.unwrap().on),
        (HeroEnd::Deceased, "2024-09-30".into())
    );
}

#[tokio::test]
async fn m29_a_sealed_hero_is_not_there_but_for_those_methods_that_say_so() {
    let (service, mut client) = county().await;
    let known = confirmed(&mut client).await;
    service.clock().advance(Duration::from_secs(1));
    let secret = sealed(&mut client).await;
    assert_eq!(secret.confidentiality_ground, "");
    let mut affairs = as_role(&service, "ROLE_MEMBER_AFFAIRS");
    assert_eq!(
        seen_sealed(&mut affairs, &secret.name).await.unwrap(),
        secret
    );
    assert_eq!(
        listed_sealed(&mut affairs).await.unwrap(),
        [secret.name.as_str()]
    );
    let reveal = RevealHeroRequest {
        name: secret.name.clone(),
        purpose: "核对保密依据".into(),
    };
    let told = affairs.reveal_hero(reveal).await.unwrap().into_inner();
    assert_eq!(told.confidentiality_ground, "公安机关来函");
    // One who need not stay unknown is not among them.
    assert_eq!(
        refusal(seen_sealed(&mut affairs, &known.name).await).0,
        Code::NotFound
    );
    // Each look is on record, and so is what the grounds were wanted for.
    let looks: Vec<String> =
        sqlx::query_scalar("select method from audit where method like '%Sealed%' order by seq")
            .fetch_all(&mut service.sql().await)
            .await
            .unwrap();
    assert_eq!(looks.len(), 2, "{looks:?}");

    let nothing = format!("{QIBIN}/heroes/01890000-0000-7000-8000-000000000000");
    for role in [
        "ROLE_LEADER",
        "ROLE_MEMBER_AFFAIRS",
        "ROLE_COUNTY_CLERK",
        "ROLE_CARE",
        "ROLE_PUBLICITY",
        "ROLE_AUDITOR",
        "ROLE_SERVICE",
    ] {
        let mut reader = as_role(&service, role);
        let hidden = seen(&mut reader, &secret.name).await.unwrap_err();
        let absent = seen(&mut reader, &nothing).await.unwrap_err();
        assert_eq!(
            (
                hidden.code(),
                hidden.message().replace(&secret.name, &nothing)
            ),
            (absent.code(), absent.message().into())
        );
        assert_eq!(listed(&mut reader).await, [known.name.as_str()], "{role}");
        if role != "ROLE_MEMBER_AFFAIRS" {
            assert!(seen_sealed(&mut reader, &secret.name).await.is_err());
            assert!(listed_sealed(&mut reader).await.is_err());
        }
    }
    // Those who grant entitlements learn yes or no, and nothing else.
    assert!(current(&mut as_role(&service, "ROLE_CARE"), &secret.name).await);
    let publicity = GetHeroStandingRequest {
        name: secret.name.clone(),
    };
    let refused = as_role(&service, "ROLE_PUBLICITY")
        .get_hero_standing(publicity)
        .await;
    assert_eq!(refusal(refused).0, Code::PermissionDenied);
}

#[tokio::test]
async fn m29_events_about_a_sealed_hero_carry_an_id_and_a_county_only() {
    let (service, mut client) = county().await;
    let secret = sealed(&mut client).await;
    let (event, version) = published::<SealedHeroConfirmed>(&service).await.remove(0);
    let fact = event.fact.unwrap();
    assert_eq!(
        (event.hero.as_str(), version, fact.division.as_str()),
        (secret.name.as_str(), 1, "410611")
    );
    assert!(fact.on.is_empty() && fact.sources.is_empty());
    client.revoke_hero(revocation(&secret.name)).await.unwrap();
    let (event, version) = published::<SealedHeroEnded>(&service).await.remove(0);
    let fact = event.fact.clone().unwrap();
    assert_eq!(
        (event.reason(), version, fact.on.as_str()),
        (HeroEnd::Revoked, 2, "2024-06-01")
    );
    assert!(fact.sources.is_empty());
    assert!(published::<HeroConfirmed>(&service).await.is_empty());
    assert!(published::<HeroEnded>(&service).await.is_empty());
}

#[tokio::test]
async fn v31_a_hero_sealed_later_disappears_at_once_and_stays_so() {
    let (service, mut client) = county().await;
    let known = confirmed(&mut client).await;
    let mut publicity = as_role(&service, "ROLE_PUBLICITY");
    assert!(seen(&mut publicity, &known.name).await.is_ok());
    let groundless = SealHeroRequest {
        ground: " ".into(),
        level: 0,
        ..seal(&known.name)
    };
    let found = violations(client.seal_hero(groundless).await);
    assert_eq!(
        found,
        [
            ("level".to_owned(), "REQUIRED".to_owned()),
            ("ground".to_owned(), "REQUIRED".to_owned())
        ]
    );

    let now_sealed = client
        .seal_hero(seal(&known.name))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (now_sealed.confidentiality(), now_sealed.etag.as_str()),
        (Confidentiality::FamilyRequest, "2")
    );
    assert_eq!(
        refusal(seen(&mut publicity, &known.name).await).0,
        Code::NotFound
    );
    assert!(listed(&mut publicity).await.is_empty());
    let again = client.seal_hero(seal(&known.name)).await;
    assert_eq!(
        refusal(again),
        (Code::FailedPrecondition, "HERO_ALREADY_SEALED".into())
    );
    client
        .record_death(death(&known.name, "2024-08-01"))
        .await
        .unwrap();

    let (event, version) = published::<HeroSealed>(&service).await.remove(0);
    let fact = event.fact.unwrap();
    assert_eq!((event.hero.as_str(), version), (known.name.as_str(), 2));
    assert!(fact.on.is_empty() && fact.sources.is_empty());
    let (event, version) = published::<SealedHeroEnded>(&service).await.remove(0);
    assert_eq!((event.hero, version), (known.name, 3));
    assert!(published::<HeroEnded>(&service).await.is_empty());
}

#[tokio::test]
async fn only_member_affairs_moves_heroes() {
    let (service, mut client) = county().await;
    let known = confirmed(&mut client).await;
    let mut clerk = as_role(&service, "ROLE_COUNTY_CLERK");
    assert_eq!(
        refusal(hero(&mut clerk, new_hero(&known.person, "x")).await).0,
        Code::PermissionDenied
    );
    assert_eq!(
        refusal(clerk.revoke_hero(revocation(&known.name)).await).0,
        Code::PermissionDenied
    );
    assert_eq!(
        refusal(clerk.seal_hero(seal(&known.name)).await).0,
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn m17_the_list_for_the_first_of_august_is_the_heroes_who_are_veterans() {
    let (_service, mut client) = county().await;
    let mut heroes = Vec::new();
    for (name, citizen_id, veteran) in [
        ("张小明", "41061119900101018X", true),
        ("李大山", "410603200108150014", false),
    ] {
        let one = Person {
            veteran,
            ..new_person(name, citizen_id)
        };
        let one = person(&mut client, one).await.unwrap();
        let decision = new_hero(&one.name, "鹤〔2024〕5号");
        heroes.push(hero(&mut client, decision).await.unwrap().name);
    }
    // A veteran who is no hero is not on it.
    let other = Person {
        veteran: true,
        ..new_person("王大力", "410602198402290038")
    };
    person(&mut client, other).await.unwrap();
    for (veteran, expected) in [
        (None, &heroes[..]),
        (Some(true), &heroes[..1]),
        (Some(false), &heroes[1..]),
    ] {
        let request = ListHeroesRequest {
            parent: QIBIN.into(),
            veteran,
            ..ListHeroesRequest::default()
        };
        let listed = client.list_heroes(request).await.unwrap().into_inner();
        let names: BTreeSet<_> = listed.heroes.into_iter().map(|hero| hero.name).collect();
        let expected = expected.iter().cloned().collect();
        assert_eq!(names, expected, "{veteran:?}");
    }
}

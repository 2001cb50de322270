//! Confidentiality goes on, is raised and is released by rule, at once, and takes the person behind along.

use jianyi_proto::member::events::v1::{
    HeroConfirmed, HeroSealReleased, HeroSealed, PersonRegistered, PersonSealed, RoleEnded,
    RoleKind, RoleSealed, RoleStarted,
};
use jianyi_proto::member::v1::{
    Confidentiality, Consent, CountVolunteersRequest, CreateRoleAssignmentRequest, GetHeroRequest,
    GetPersonRequest, Giver, Hero, ListHeroesRequest, ReleaseSealRequest, RevealPersonRequest,
    RoleAssignment, SealHeroRequest,
};
use prost_types::FieldMask;
use tonic::{Code, Status};

use crate::support::{
    Client, QIBIN, as_role, county, hero, new_hero, new_person, person, published, refusal, team,
};

async fn seal(client: &mut Client, name: &str, level: Confidentiality) -> Result<Hero, Status> {
    let request = SealHeroRequest {
        name: name.into(),
        level: level.into(),
        ground: "来信".into(),
        ..SealHeroRequest::default()
    };
    client
        .seal_hero(request)
        .await
        .map(tonic::Response::into_inner)
}

fn agreed(name: &str, given_by: Giver) -> ReleaseSealRequest {
    ReleaseSealRequest {
        name: name.into(),
        consent: Some(Consent {
            notice_version: "2024-1".into(),
            given_on: "2024-12-30".into(),
            given_by: given_by.into(),
            evidence: "同意书〔2024〕1号".into(),
            ..Consent::default()
        }),
        ..ReleaseSealRequest::default()
    }
}

fn decided(name: &str) -> ReleaseSealRequest {
    ReleaseSealRequest {
        name: name.into(),
        authority: "鹤壁市公安局".into(),
        document_no: "鹤公〔2024〕9号".into(),
        ..ReleaseSealRequest::default()
    }
}

async fn visible(client: &mut Client, person: &str) -> (bool, usize, i64) {
    let person = client
        .get_person(GetPersonRequest {
            name: person.into(),
        })
        .await
        .is_ok();
    let heroes = client
        .list_heroes(ListHeroesRequest {
            parent: QIBIN.into(),
            ..ListHeroesRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .heroes
        .len();
    let volunteers = client
        .count_volunteers(CountVolunteersRequest {
            parent: QIBIN.into(),
            ..CountVolunteersRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .recorded_persons;
    (person, heroes, volunteers)
}

/// A hero twice over, who volunteers and used to lead.
async fn somebody(client: &mut Client) -> (String, String, String) {
    let zhang = person(client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap()
        .name;
    let first = hero(client, new_hero(&zhang, "鹤〔2024〕3号"))
        .await
        .unwrap()
        .name;
    let second = hero(client, new_hero(&zhang, "豫〔2024〕7号"))
        .await
        .unwrap()
        .name;
    let unit = team(client, "红旗志愿服务队").await;
    for (kind, from, to) in [
        (RoleKind::Volunteer, "2024-01-01", ""),
        (RoleKind::Staff, "2020-01-01", "2023-01-01"),
    ] {
        let request = CreateRoleAssignmentRequest {
            parent: QIBIN.into(),
            role_assignment: Some(RoleAssignment {
                person: zhang.clone(),
                kind: kind.into(),
                title: "队员".into(),
                org_unit: unit.clone(),
                from_day: from.into(),
                to_day: to.into(),
                ..RoleAssignment::default()
            }),
            request_id: String::new(),
        };
        client.create_role_assignment(request).await.unwrap();
    }
    (zhang, first, second)
}

#[tokio::test]
async fn m29_v131_the_person_behind_disappears_with_roles_and_other_honours_and_comes_back_by_rule()
{
    let (service, mut client) = county().await;
    let (zhang, first, second) = somebody(&mut client).await;
    assert_eq!(visible(&mut client, &zhang).await, (true, 2, 1));
    seal(&mut client, &first, Confidentiality::FamilyRequest)
        .await
        .unwrap();
    // Sealed or never registered: nobody can tell from any number.
    assert_eq!(visible(&mut client, &zhang).await, (false, 0, 0));
    assert_eq!(published::<HeroSealed>(&service).await.len(), 2);
    let (event, version) = published::<PersonSealed>(&service).await.remove(0);
    assert_eq!((event.person.as_str(), version), (zhang.as_str(), 2));
    let roles = published::<RoleSealed>(&service).await;
    assert_eq!(roles.len(), 2);
    let told = format!("{event:?}{roles:?}");
    assert!(!told.contains("heroes/") && !format!("{roles:?}").contains("people/"));

    // A further honour of somebody under confidentiality is confidential, whether that was said or not.
    let third = hero(&mut client, new_hero(&zhang, "鹤〔2024〕5号"))
        .await
        .unwrap();
    assert_eq!(third.confidentiality(), Confidentiality::FamilyRequest);
    assert_eq!(published::<HeroConfirmed>(&service).await.len(), 2);
    // Who it is, member affairs may still learn, for a purpose.
    let reveal = RevealPersonRequest {
        name: zhang.clone(),
        purpose: "上门慰问".into(),
        fields: Some(FieldMask {
            paths: vec!["full_name".into()],
        }),
    };
    assert_eq!(
        refusal(client.reveal_person(reveal.clone()).await).0,
        Code::NotFound
    );
    let known = client.reveal_sealed_person(reveal.clone()).await.unwrap();
    assert_eq!(known.into_inner().full_name, "张小明");
    let clerk = as_role(&service, "ROLE_COUNTY_CLERK")
        .reveal_sealed_person(reveal)
        .await;
    assert_eq!(refusal(clerk).0, Code::PermissionDenied);

    for name in [&first, &second] {
        client
            .release_seal(agreed(name, Giver::Self_))
            .await
            .unwrap();
        assert_eq!(visible(&mut client, &zhang).await, (false, 0, 0));
    }
    client
        .release_seal(agreed(&third.name, Giver::Self_))
        .await
        .unwrap();
    assert_eq!(visible(&mut client, &zhang).await, (true, 3, 1));
    assert_eq!(published::<HeroSealReleased>(&service).await.len(), 3);
    // Told anew, so that they count again elsewhere.
    assert_eq!(published::<PersonRegistered>(&service).await.len(), 2);
    assert_eq!(published::<RoleStarted>(&service).await.len(), 4);
    assert_eq!(published::<RoleEnded>(&service).await.len(), 2);
}

#[tokio::test]
async fn m29_each_level_is_raised_and_released_by_what_it_takes() {
    let (service, mut client) = county().await;
    let (_, first, _) = somebody(&mut client).await;
    let refused = |result: Result<_, Status>| refusal::<tonic::Response<Hero>>(result).1;
    assert_eq!(
        refused(client.release_seal(agreed(&first, Giver::Self_)).await),
        "HERO_NOT_SEALED"
    );
    seal(&mut client, &first, Confidentiality::FamilyRequest)
        .await
        .unwrap();
    assert_eq!(
        refused(client.release_seal(agreed(&first, Giver::Kin)).await),
        "CONSENT_NOT_THE_SUBJECTS"
    );
    assert_eq!(
        refused(client.release_seal(decided(&first)).await),
        "CONSENT_REQUIRED"
    );
    let raised = seal(&mut client, &first, Confidentiality::Safety)
        .await
        .unwrap();
    assert_eq!(raised.confidentiality(), Confidentiality::Safety);
    let lowered = seal(&mut client, &first, Confidentiality::FamilyRequest).await;
    assert_eq!(refusal(lowered).1, "HERO_ALREADY_SEALED");
    assert_eq!(
        refused(client.release_seal(agreed(&first, Giver::Self_)).await),
        "AUTHORITY_REQUIRED"
    );
    let nothing = ReleaseSealRequest {
        name: first.clone(),
        ..ReleaseSealRequest::default()
    };
    assert_eq!(
        client.release_seal(nothing).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    let mut clerk = as_role(&service, "ROLE_COUNTY_CLERK");
    assert_eq!(
        refusal(clerk.release_seal(decided(&first)).await).0,
        Code::PermissionDenied
    );
    let released = client.release_seal(decided(&first)).await.unwrap();
    assert_eq!(
        released.into_inner().confidentiality(),
        Confidentiality::Unspecified
    );
    // The other honour was sealed by the family's request, so the person stays hidden.
    let seen = client.get_hero(GetHeroRequest { name: first }).await;
    assert_eq!(refusal(seen).0, Code::NotFound);
}

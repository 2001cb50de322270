//! A hero confirmed in a county: eligible in care, counted by oversight, a draft in publicity; a
//! confidential one only the first, and invisible to everybody else.

use jianyi_proto::care::events::v1::BenefitKind;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::publicity::v1::ListStoriesRequest;
use jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient;
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, System};

use crate::JIANYI;
use crate::people::{PLANTED_NAME, confirm_hero};

pub(crate) async fn bus_policy(channel: TestChannel) -> care::EntitlementPolicy {
    let policy = care::EntitlementPolicy {
        benefit: BenefitKind::FreeBus.into(),
        authority: "市交通运输局".into(),
        valid_from: "2024-01-01".into(),
        ..Default::default()
    };
    let request = care::CreateEntitlementPolicyRequest {
        entitlement_policy: Some(policy),
        request_id: "bus-policy".into(),
    };
    CareServiceClient::new(channel)
        .create_entitlement_policy(request)
        .await
        .unwrap()
        .into_inner()
}

/// Grants a bus pass as soon as care knows the hero.
pub(crate) async fn grant_bus(
    channel: TestChannel,
    policy: &str,
    hero: &str,
    card: &str,
) -> care::EntitlementGrant {
    let mut care = CareServiceClient::new(channel);
    let grant = care::EntitlementGrant {
        policy: policy.into(),
        hero: hero.into(),
        beneficiary: care::Beneficiary::Hero.into(),
        from_day: "2024-04-02".into(),
        credential_no: card.into(),
        title_document: "鹤见评〔2024〕1号".into(),
        ..Default::default()
    };
    let request = care::CreateEntitlementGrantRequest {
        entitlement_grant: Some(grant),
        request_id: format!("grant-{card}"),
    };
    let deadline = std::time::Instant::now() + jianyi_testkit::patience();
    loop {
        match care.create_entitlement_grant(request.clone()).await {
            Ok(granted) => return granted.into_inner(),
            Err(refused) => assert!(std::time::Instant::now() < deadline, "{refused}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn stories(channel: TestChannel) -> Vec<String> {
    let reply = PublicityServiceClient::new(channel)
        .list_stories(ListStoriesRequest::default())
        .await
        .unwrap();
    reply
        .into_inner()
        .stories
        .into_iter()
        .map(|story| story.hero)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m29_a_confirmed_hero_is_known_everywhere_and_a_confidential_one_nowhere() {
    let mut system = System::start_processes(JIANYI).await;
    let channel = system.channel().await;
    let policy = bus_policy(channel.clone()).await.name;

    // Care is down while the heroes are confirmed, publicity dies right after: both catch up.
    system.world.kill9("care").await.unwrap();
    let open = confirm_hero(channel.clone(), "410611", "1", false).await;
    let sealed = confirm_hero(channel.clone(), "410611", "2", true).await;
    system.world.kill9("publicity").await.unwrap();
    system.world.restart("care").await.unwrap();
    system.world.restart("publicity").await.unwrap();

    grant_bus(channel.clone(), &policy, &open.name, "CARD-1").await;
    grant_bus(channel.clone(), &policy, &sealed.name, "CARD-2").await;
    eventually!(stories(channel.clone()).await == std::slice::from_ref(&open.name));
    let report = system.report(2024).await;
    assert_eq!(report.value("heroes_total"), Some(1));
    assert_eq!(
        report.facts("heroes_total"),
        std::slice::from_ref(&open.name)
    );

    // The sealed hero is absent from every list and answers NOT_FOUND by name.
    let mut members = MemberServiceClient::new(channel.clone());
    for parent in ["counties/410611", "counties/-"] {
        let request = member::ListHeroesRequest {
            parent: parent.into(),
            ..Default::default()
        };
        let listed = members.list_heroes(request).await.unwrap().into_inner();
        assert_eq!(
            listed
                .heroes
                .iter()
                .map(|hero| hero.name.as_str())
                .collect::<Vec<_>>(),
            [open.name.as_str()]
        );
        assert!(listed.unreachable.is_empty());
    }
    let asked = member::GetHeroRequest {
        name: sealed.name.clone(),
    };
    assert_eq!(
        members.get_hero(asked).await.unwrap_err().code(),
        tonic::Code::NotFound
    );

    // No event that leaves the gateway speaks of them, nor of anybody's name.
    let events = crate::events_stream::all_events(&system).await;
    assert!(
        events
            .iter()
            .any(|event| event["subject"] == open.name.as_str()),
        "the open hero is in the events"
    );
    for event in &events {
        let text = event.to_string();
        assert!(!text.contains(&sealed.name), "{text}");
        assert!(!text.contains(PLANTED_NAME), "{text}");
    }

    // Once the open hero is sealed, what was published before names nobody any more.
    let seal = member::SealHeroRequest {
        name: open.name.clone(),
        level: member::Confidentiality::FamilyRequest.into(),
        ground: "家属要求".into(),
        request_id: "seal-1".into(),
        ..Default::default()
    };
    members.seal_hero(seal).await.unwrap();
    eventually!(
        !crate::events_stream::all_events(&system)
            .await
            .iter()
            .any(|event| event.to_string().contains(&open.name))
    );
    system.finish(Lenience::Strict).await;
}

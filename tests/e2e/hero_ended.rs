//! A hero revoked or deceased: every entitlement ends the same day, and the bus operator hears no.

use jianyi_proto::care::events::v1::BenefitKind;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, System};

use crate::JIANYI;
use crate::hero_confirmed::{bus_policy, grant_bus};
use crate::people::confirm_hero;

async fn entitled(channel: TestChannel, card: &str, on: &str) -> bool {
    let request = care::VerifyEntitlementRequest {
        benefit: BenefitKind::FreeBus.into(),
        credential_no: card.into(),
        on: on.into(),
        ..Default::default()
    };
    CareServiceClient::new(channel)
        .verify_entitlement(request)
        .await
        .unwrap()
        .into_inner()
        .entitled
}

/// The bus operator's program: it may verify and nothing else.
async fn bus_operator(system: &System) -> TestChannel {
    system
        .agency(&["/jianyi.care.v1.CareService/VerifyEntitlement"])
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m28_the_end_of_a_title_is_the_end_of_its_benefits_the_same_day() {
    let mut system = System::start_processes(JIANYI).await;
    let channel = system.channel().await;
    let policy = bus_policy(channel.clone()).await.name;
    let revoked = confirm_hero(channel.clone(), "410621", "1", false).await;
    let deceased = confirm_hero(channel.clone(), "410622", "2", true).await;
    grant_bus(channel.clone(), &policy, &revoked.name, "CARD-R").await;
    grant_bus(channel.clone(), &policy, &deceased.name, "CARD-D").await;

    let operator = bus_operator(&system).await;
    for card in ["CARD-R", "CARD-D"] {
        assert!(entitled(operator.clone(), card, "2024-06-30").await);
    }
    assert!(!entitled(operator.clone(), "CARD-UNKNOWN", "2024-06-30").await);
    // The operator may ask, and may not read.
    let mut peeping = CareServiceClient::new(operator.clone());
    let peek = peeping
        .list_entitlement_grants(care::ListEntitlementGrantsRequest::default())
        .await;
    assert_eq!(peek.unwrap_err().code(), tonic::Code::PermissionDenied);

    // The member service of one county dies right after it answered: its outbox speaks on restart.
    let mut members = MemberServiceClient::new(channel.clone());
    let revoke = member::RevokeHeroRequest {
        name: revoked.name.clone(),
        decided_on: "2024-07-01".into(),
        document_no: "鹤见评〔2024〕9号".into(),
        reason: "弄虚作假".into(),
        request_id: "revoke".into(),
        ..Default::default()
    };
    members.revoke_hero(revoke).await.unwrap();
    system.world.kill9("member/410621").await.unwrap();
    system.world.kill9("care").await.unwrap();
    let death = member::RecordDeathRequest {
        name: deceased.name.clone(),
        died_on: "2024-07-01".into(),
        request_id: "death".into(),
        ..Default::default()
    };
    members.record_death(death).await.unwrap();
    system.world.restart("member/410621").await.unwrap();
    system.world.restart("care").await.unwrap();

    for card in ["CARD-R", "CARD-D"] {
        eventually!(!entitled(operator.clone(), card, "2024-07-01").await);
        assert!(
            entitled(operator.clone(), card, "2024-06-30").await,
            "the past stays as it was"
        );
    }
    assert_eq!(
        system.report(2024).await.value("heroes_total"),
        None,
        "nobody is left to be counted"
    );
    system.finish(Lenience::Strict).await;
}

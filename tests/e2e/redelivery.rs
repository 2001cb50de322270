//! Events ten times over and in the wrong order converge to the same state.

use jianyi_proto::api::v1::Fact;
use jianyi_proto::care::events::v1::BenefitKind;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::member::events::v1 as events;
use jianyi_tests::{Lenience, System};
use uuid::Uuid;

use crate::bus;
use crate::hero_confirmed::bus_policy;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v126_the_death_told_ten_times_before_the_confirmation() {
    let system = System::start().await;
    let jetstream = bus::jetstream_of(&system).await;
    let channel = system.channel().await;
    let policy = bus_policy(channel.clone()).await.name;
    let hero = format!("counties/410611/heroes/{}", Uuid::new_v4());
    let fact = |on: &str| {
        Some(Fact {
            division: "410611".into(),
            on: on.into(),
            occurrences: 1,
            ..Default::default()
        })
    };
    let ended = events::HeroEnded {
        fact: fact("2024-07-01"),
        hero: hero.clone(),
        reason: events::HeroEnd::Deceased.into(),
    };
    let confirmed = events::HeroConfirmed {
        fact: fact("2024-04-01"),
        hero: hero.clone(),
    };
    let (end_id, start_id) = (Uuid::new_v4(), Uuid::new_v4());
    for _ in 0..10 {
        bus::publish(&jetstream, end_id, &ended, &hero, "410611", 2).await;
    }
    for _ in 0..10 {
        bus::publish(&jetstream, start_id, &confirmed, &hero, "410611", 1).await;
    }
    system.settle().await;

    // Care knows that the hero has ended: no benefit can begin after it.
    let grant = care::EntitlementGrant {
        policy,
        hero: hero.clone(),
        beneficiary: care::Beneficiary::Hero.into(),
        from_day: "2024-07-02".into(),
        credential_no: "CARD-X".into(),
        ..Default::default()
    };
    let request = care::CreateEntitlementGrantRequest {
        entitlement_grant: Some(grant),
        request_id: "late".into(),
    };
    let mut client = CareServiceClient::new(channel);
    let refused = client.create_entitlement_grant(request).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition, "{refused}");
    let ask = care::VerifyEntitlementRequest {
        benefit: BenefitKind::FreeBus.into(),
        hero: hero.clone(),
        on: "2024-07-02".into(),
        ..Default::default()
    };
    assert!(
        !client
            .verify_entitlement(ask)
            .await
            .unwrap()
            .into_inner()
            .entitled
    );
    assert_eq!(system.report(2024).await.value("heroes_total"), None);
    system.finish(Lenience::Strict).await;
}

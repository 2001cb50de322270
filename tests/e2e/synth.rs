//! Invented people: on every list, in no report, and the same however often they are sent.

use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::oversight::v1 as oversight;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_tests::{Figures, Lenience, System, demo_folder, jianyi};

use crate::JIANYI;

const COUNTY: &str = "410611";

/// What a report says; how far each county's events were seen is not part of it.
fn said(report: &Figures) -> serde_json::Value {
    report.0.get("figures").cloned().expect("figures")
}

async fn synth(system: &System, people: &str) -> String {
    let dir = system.data_dir().to_str().unwrap();
    let args = [
        "synth",
        "--people",
        people,
        "--seed",
        "7",
        "--data-dir",
        dir,
    ];
    let output = jianyi(JIANYI, &args).output().await.unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    told
}

async fn heroes(system: &System) -> Vec<member::Hero> {
    let channel = system.channel_as("ROLE_MEMBER_AFFAIRS", "410600").await;
    let request = member::ListHeroesRequest {
        parent: "counties/-".into(),
        page_size: 500,
        ..Default::default()
    };
    let mut client = MemberServiceClient::new(channel);
    client
        .list_heroes(request)
        .await
        .unwrap()
        .into_inner()
        .heroes
}

/// The rows behind the figures, of the kinds that invented people come to.
async fn facts(system: &System) -> Vec<oversight::FactRecord> {
    let channel = system.channel_as("ROLE_OVERSIGHT", "410600").await;
    let mut client = OversightServiceClient::new(channel);
    let mut found = Vec::new();
    for kind in ["member", "care.activity", "publicity"] {
        let request = oversight::ListFactsRequest {
            kind: kind.into(),
            page_size: 500,
            ..Default::default()
        };
        let page = client.list_facts(request).await.unwrap().into_inner();
        assert!(!page.facts.is_empty() && page.next_page_token.is_empty());
        found.extend(page.facts);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invented_people_are_listed_and_no_report_counts_them() {
    let system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let before = [
        said(&system.report(2024).await),
        said(&system.report(2025).await),
    ];
    let stated = facts(&system).await;
    let told = synth(&system, "60").await;
    assert!(told.contains("新登记"), "{told}");
    let found = heroes(&system).await;
    assert_eq!(found.len(), 15);
    assert!(
        found
            .iter()
            .all(|hero| hero.document_no.starts_with("演示"))
    );

    // What somebody adds by hand to one of them is no more real than they are.
    let channel = system.channel_as("ROLE_MEMBER_AFFAIRS", "410600").await;
    let here = found
        .iter()
        .find(|hero| hero.name.contains(COUNTY))
        .unwrap();
    let parent = format!("counties/{COUNTY}");
    let mut client = MemberServiceClient::new(channel.clone());
    let units = member::ListOrgUnitsRequest {
        parent: parent.clone(),
        ..Default::default()
    };
    let units = client.list_org_units(units).await.unwrap().into_inner();
    let association = units
        .org_units
        .iter()
        .find(|unit| unit.display_name.contains("协会"))
        .unwrap();
    let role = member::RoleAssignment {
        person: here.person.clone(),
        kind: jianyi_proto::member::events::v1::RoleKind::Staff.into(),
        org_unit: association.name.clone(),
        from_day: "2024-03-01".into(),
        ..Default::default()
    };
    let request = member::CreateRoleAssignmentRequest {
        parent,
        role_assignment: Some(role),
        request_id: "by-hand".into(),
    };
    client.create_role_assignment(request).await.unwrap();

    let after = [
        said(&system.report(2024).await),
        said(&system.report(2025).await),
    ];
    assert_eq!(before, after);
    // Nor are they among the rows behind the figures.
    assert_eq!(facts(&system).await, stated);

    // Again, and more: nobody twice.
    let again = synth(&system, "60").await;
    assert!(again.contains("新登记 0 项"), "{again}");
    synth(&system, "80").await;
    assert_eq!(heroes(&system).await.len(), 20);
    system.finish(Lenience::Strict).await;
}

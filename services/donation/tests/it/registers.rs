//! Audits, disclosures, regulations and stated totals.

use std::collections::BTreeSet;

use jianyi_proto::api::v1::{self as api, Modality, Provenance};
use jianyi_proto::donation::events::v1::{
    AuditCompleted, CountStated, DisclosurePublished, RegulationRegistered,
};
use jianyi_proto::donation::v1 as pb;
use tonic::Code;

use crate::desk::{Desk, fields, meta, reason};

#[tokio::test]
async fn d24_a_year_is_audited_once_by_a_firm_nobody_named() {
    let desk = Desk::open().await;
    let request = || pb::CreateAuditRequest {
        audit: Some(pb::Audit {
            fiscal_year: 2023,
            performed_on: "2024".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let audit = desk
        .client()
        .create_audit(request())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (audit.firm.as_str(), audit.opinion()),
        ("", pb::AuditOpinion::Unspecified)
    );
    assert_eq!(
        desk.client()
            .create_audit(request())
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    assert_eq!(desk.events::<AuditCompleted>().await[0].fiscal_year, 2023);
}

#[tokio::test]
async fn d23_a_planned_disclosure_is_published_once() {
    let desk = Desk::open().await;
    let item = |what: &str, state: pb::DisclosureState| pb::CreateDisclosureItemRequest {
        disclosure_item: Some(pb::DisclosureItem {
            what: what.into(),
            platform: "慈善中国".into(),
            fiscal_year: 2023,
            state: state.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let stated = item("audit_report", pb::DisclosureState::Unspecified);
    let stated = desk
        .client()
        .create_disclosure_item(stated)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(stated.state(), pb::DisclosureState::Published);
    let planned = item("K3", pb::DisclosureState::Planned);
    let planned = desk
        .client()
        .create_disclosure_item(planned)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(desk.events::<DisclosurePublished>().await.len(), 1);

    let publish = |sha: &str| pb::PublishDisclosureItemRequest {
        name: planned.name.clone(),
        published_on: "2024-05-30".into(),
        proof_url: "https://example.org/k3".into(),
        proof_sha256: sha.into(),
        ..Default::default()
    };
    let bad = desk
        .client()
        .publish_disclosure_item(publish("beef"))
        .await
        .unwrap_err();
    assert_eq!(fields(&bad), ["proof_sha256"]);
    let done = desk
        .client()
        .publish_disclosure_item(publish(""))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (done.state(), done.etag.as_str()),
        (pb::DisclosureState::Published, "2")
    );
    let twice = desk
        .client()
        .publish_disclosure_item(publish(""))
        .await
        .unwrap_err();
    assert_eq!(reason(&twice), "DISCLOSURE_ALREADY_PUBLISHED");
    assert_eq!(desk.events::<DisclosurePublished>().await.len(), 2);
}

#[tokio::test]
async fn d22_what_is_not_published_yet_stays_on_the_list_until_it_is() {
    let desk = Desk::open().await;
    let mut names = Vec::new();
    for what in ["K3", "K4"] {
        let item = pb::CreateDisclosureItemRequest {
            disclosure_item: Some(pb::DisclosureItem {
                what: what.into(),
                platform: "慈善中国".into(),
                fiscal_year: 2023,
                state: pb::DisclosureState::Planned.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let item = desk.client().create_disclosure_item(item).await.unwrap();
        names.push(item.into_inner().name);
    }
    let publish = pb::PublishDisclosureItemRequest {
        name: names[1].clone(),
        published_on: "2024-05-30".into(),
        ..Default::default()
    };
    desk.client()
        .publish_disclosure_item(publish)
        .await
        .unwrap();
    for (state, expected) in [
        (pb::DisclosureState::Unspecified, &names[..]),
        (pb::DisclosureState::Planned, &names[..1]),
        (pb::DisclosureState::Published, &names[1..]),
    ] {
        let request = pb::ListDisclosureItemsRequest {
            fiscal_year: 2023,
            state: state.into(),
            ..Default::default()
        };
        let listed = desk.client().list_disclosure_items(request).await.unwrap();
        let found: Vec<_> = listed.into_inner().disclosure_items;
        let found: BTreeSet<_> = found.into_iter().map(|item| item.name).collect();
        let expected = expected.iter().cloned().collect();
        assert_eq!(found, expected, "{state:?}");
    }
}

#[tokio::test]
async fn s36_a_regulation_is_registered_once_per_version() {
    let desk = Desk::open().await;
    let request = |from: &str| pb::CreateRegulationRequest {
        regulation: Some(pb::Regulation {
            title: "中华人民共和国慈善法".into(),
            in_force_from: from.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    desk.client()
        .create_regulation(request("2016-09-01"))
        .await
        .unwrap();
    desk.client()
        .create_regulation(request("2024-09-05"))
        .await
        .unwrap();
    let again = desk
        .client()
        .create_regulation(request("2024-09-05 (修正)"))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert_eq!(desk.events::<RegulationRegistered>().await.len(), 2);
    let listed = desk
        .client()
        .list_regulations(pb::ListRegulationsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.regulations.len(), 2);
}

#[tokio::test]
async fn the_same_source_does_not_state_two_numbers() {
    let desk = Desk::open().await;
    let request = |value: Option<i64>, sources: &[&str]| pb::CreateCountStatementRequest {
        count_statement: Some(api::CountStatement {
            subject: "quarterly_reports".into(),
            count: Some(api::Count {
                value,
                modality: Modality::Unspecified.into(),
            }),
            as_of: "2024".into(),
            provenance: Some(Provenance {
                sources: sources.iter().map(|&source| source.into()).collect(),
                locations: Vec::new(),
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let stated = desk
        .client()
        .create_count_statement(request(Some(4), &["S37", "S36"]))
        .await
        .unwrap()
        .into_inner();
    let again = desk
        .client()
        .create_count_statement(request(Some(4), &["S36", "S37"]))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    let conflict = desk
        .client()
        .create_count_statement(request(Some(5), &["S36", "S37"]))
        .await
        .unwrap_err();
    assert_eq!(
        (conflict.code(), reason(&conflict).as_str()),
        (Code::FailedPrecondition, "COUNT_CONFLICT")
    );
    assert_eq!(
        (
            meta(&conflict, "recorded").as_str(),
            meta(&conflict, "stated").as_str()
        ),
        ("4", "5")
    );
    assert_eq!(meta(&conflict, "statement"), stated.name);
    let mut chatty = request(Some(4), &[]);
    chatty.count_statement.as_mut().unwrap().subject = "Reports".into();
    let refused = desk
        .client()
        .create_count_statement(chatty)
        .await
        .unwrap_err();
    assert_eq!(
        fields(&refused),
        [
            "count_statement.subject",
            "count_statement.provenance.sources"
        ]
    );
    desk.client()
        .create_count_statement(request(None, &["S38"]))
        .await
        .unwrap();
    let events = desk.events::<CountStated>().await;
    assert_eq!(
        (events.len(), events[0].statement.as_str()),
        (2, stated.name.as_str())
    );
    assert_eq!(events[1].count.unwrap().value, None);
}

#[tokio::test]
async fn finance_writes_and_others_read() {
    let desk = Desk::open().await;
    let auditor = desk.service.channel_as("ROLE_AUDITOR", "410600");
    let mut auditor = pb::donation_service_client::DonationServiceClient::new(auditor);
    auditor
        .list_funds(pb::ListFundsRequest::default())
        .await
        .unwrap();
    auditor
        .list_journal_entries(pb::ListJournalEntriesRequest::default())
        .await
        .unwrap();
    let write = auditor
        .create_fund(pb::CreateFundRequest::default())
        .await
        .unwrap_err();
    assert_eq!(write.code(), Code::PermissionDenied);
    let county = desk.service.channel_as("ROLE_FINANCE", "410611");
    let mut county = pb::donation_service_client::DonationServiceClient::new(county);
    let write = county
        .create_fund(pb::CreateFundRequest::default())
        .await
        .unwrap_err();
    assert_eq!(write.code(), Code::PermissionDenied);
}

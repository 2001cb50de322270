//! Campaigns, their windows and their phases.

use jianyi_proto::donation::events::v1::{CampaignOpened, CampaignPhaseHeld, DonorKind, PhaseKind};
use jianyi_proto::donation::v1 as pb;
use tonic::Code;

use crate::desk::{Desk, fields, gift, meta, reason};

#[tokio::test]
async fn d01_windows_of_two_years_coexist_and_each_admits_its_own_days() {
    let desk = Desk::open().await;
    let new = desk.campaign(2024, "2024-09-01/2024-09-10").await;
    let old = desk.campaign(2022, "2022-09-07/2022-09-09").await;
    let listed = desk
        .client()
        .list_campaigns(pb::ListCampaignsRequest::default())
        .await
        .unwrap()
        .into_inner();
    let mut windows: Vec<_> = listed
        .campaigns
        .iter()
        .map(|campaign| campaign.window.as_str())
        .collect();
    windows.sort_unstable();
    assert_eq!(windows, ["2022-09-07/2022-09-09", "2024-09-01/2024-09-10"]);
    assert_eq!(desk.events::<CampaignOpened>().await.len(), 2);

    let fund = desk.fund("关爱基金", false).await;
    let donor = desk.donor(DonorKind::Individual, "张三丰").await;
    let on = |campaign: &str, day: &str, kind: pb::LineKind| pb::Donation {
        campaign: campaign.into(),
        received_on: day.into(),
        line_kind: kind.into(),
        ..gift(&donor, &fund, 100)
    };
    desk.donate(on(&new, "2024-09-10", pb::LineKind::Public))
        .await
        .unwrap();
    desk.donate(on(&old, "2022-09-08", pb::LineKind::Public))
        .await
        .unwrap();
    let closed = desk
        .donate(on(&old, "2024-09-08", pb::LineKind::Public))
        .await
        .unwrap_err();
    assert_eq!(
        (closed.code(), reason(&closed).as_str()),
        (Code::FailedPrecondition, "CAMPAIGN_CLOSED")
    );
    assert_eq!(meta(&closed, "window"), "2022-09-07/2022-09-09");
    desk.donate(on(&new, "2024-09-20", pb::LineKind::Offline))
        .await
        .unwrap();
}

#[tokio::test]
async fn d01_the_same_campaign_is_not_opened_twice_and_sub_windows_nest() {
    let desk = Desk::open().await;
    let name = desk.campaign(2024, "2024-09-01/2024-09-10").await;
    let open = |sub: &str, year| pb::CreateCampaignRequest {
        campaign: Some(pb::Campaign {
            year,
            title: "99公益日".into(),
            window: format!("{year}-09-01/{year}-09-10"),
            sub_windows: vec![sub.into()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let again = desk
        .client()
        .create_campaign(open("2024-09-05/2024-09-09", 2024))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert!(again.message().contains(&name), "{}", again.message());
    let outside = desk
        .client()
        .create_campaign(open("2023-09-05/2023-09-11", 2023))
        .await
        .unwrap_err();
    assert_eq!(
        (outside.code(), fields(&outside)),
        (Code::InvalidArgument, vec!["campaign.sub_windows".into()])
    );
    let nested = desk
        .client()
        .create_campaign(open("2023-09-05/2023-09-09", 2023))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(nested.sub_windows, ["2023-09-05/2023-09-09"]);
}

#[tokio::test]
async fn d01_phases_are_held_once_each() {
    let desk = Desk::open().await;
    let campaign = desk.campaign(2024, "2024-09-01/2024-09-10").await;
    let held = |kind: PhaseKind, on: &str| pb::CreateCampaignPhaseRequest {
        parent: campaign.clone(),
        campaign_phase: Some(pb::CampaignPhase {
            kind: kind.into(),
            held_on: on.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let phase = desk
        .client()
        .create_campaign_phase(held(PhaseKind::Mobilisation, "2024-08-22"))
        .await
        .unwrap();
    desk.client()
        .create_campaign_phase(held(PhaseKind::Summary, "2024-11-13"))
        .await
        .unwrap();
    let again = desk
        .client()
        .create_campaign_phase(held(PhaseKind::Mobilisation, "2024-08-22"))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);

    let name = phase.into_inner().name;
    assert!(name.starts_with(&format!("{campaign}/phases/")));
    let got = desk
        .client()
        .get_campaign_phase(pb::GetCampaignPhaseRequest { name })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(got.held_on, "2024-08-22");
    let all = pb::ListCampaignPhasesRequest {
        parent: "campaigns/-".into(),
        ..Default::default()
    };
    assert_eq!(
        desk.client()
            .list_campaign_phases(all)
            .await
            .unwrap()
            .into_inner()
            .campaign_phases
            .len(),
        2
    );
    let events = desk.events::<CampaignPhaseHeld>().await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].fact.as_ref().unwrap().on, "2024-08-22");
}

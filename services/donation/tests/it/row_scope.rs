//! Which rows exist for whom: enforced by the database, seen through the API.

use jianyi_proto::donation::events::v1::DonorKind;
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::donation::v1::donation_service_client::DonationServiceClient;
use jianyi_testkit::rls;
use tonic::Code;

use crate::desk::{Desk, fields, reason};

/// A fund and a donor of two counties.
async fn two_counties() -> (Desk, Vec<String>) {
    let desk = Desk::open().await;
    let mut funds = Vec::new();
    for division in ["410611", "410621"] {
        let request = pb::CreateFundRequest {
            fund: Some(pb::Fund {
                title: format!("{division}关爱基金"),
                division: division.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        funds.push(
            desk.client()
                .create_fund(request)
                .await
                .unwrap()
                .into_inner()
                .name,
        );
        let request = pb::CreateDonorRequest {
            donor: Some(pb::Donor {
                kind: DonorKind::Individual.into(),
                display_name: "张三丰".into(),
                division: division.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        desk.client().create_donor(request).await.unwrap();
    }
    (desk, funds)
}

#[tokio::test]
async fn g02_every_table_is_guarded_and_shows_nothing_without_reach() {
    let (desk, _) = two_counties().await;
    rls::every_table_is_guarded(&desk.service).await;
    rls::nobody_sees_anything(&desk.service, &["funds", "donors"]).await;
}

#[tokio::test]
async fn g02_a_county_reaches_only_its_own_rows_in_the_database() {
    let (desk, _) = two_counties().await;
    let tables = ["funds", "donors"];
    rls::a_county_reaches_only_itself(&desk.service, "410611", "410621", &tables).await;
}

#[tokio::test]
async fn v129_money_is_the_citys_and_a_county_clerk_has_no_part_in_it() {
    let (desk, funds) = two_counties().await;
    let mut clerk =
        DonationServiceClient::new(desk.service.channel_as("ROLE_COUNTY_CLERK", "410611"));
    for name in funds {
        let request = pb::GetFundRequest { name };
        let denied = clerk.get_fund(request.clone()).await.unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied);
        desk.client().get_fund(request).await.unwrap();
    }
}

#[tokio::test]
async fn g05_a_donor_is_shown_for_a_purpose_and_that_leaves_a_record() {
    let desk = Desk::open().await;
    let request = pb::CreateDonorRequest {
        donor: Some(pb::Donor {
            kind: DonorKind::Individual.into(),
            display_name: "不愿留名".into(),
            anonymous: true,
            ..Default::default()
        }),
        ..Default::default()
    };
    let donor = desk
        .client()
        .create_donor(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(donor.display_name, "爱心人士");
    let ask = |purpose: &str| pb::RevealDonorRequest {
        name: donor.name.clone(),
        purpose: purpose.into(),
    };
    let mut clerk = desk.clerk("account-1");
    let untold = clerk.reveal_donor(ask("")).await.unwrap_err();
    assert_eq!(fields(&untold), ["purpose"]);
    assert_eq!(reason(&untold), "PURPOSE_REQUIRED");
    let shown = clerk.reveal_donor(ask("开具捐赠票据")).await.unwrap();
    assert_eq!(shown.into_inner().display_name, "不愿留名");
    let leader = desk.service.channel_as("ROLE_LEADER", "410600");
    let denied = DonationServiceClient::new(leader)
        .reveal_donor(ask("开具捐赠票据"))
        .await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    let recorded: Vec<String> =
        sqlx::query_scalar("select caller from audit where method like '%/RevealDonor'")
            .fetch_all(&mut desk.service.sql().await)
            .await
            .unwrap();
    assert_eq!(recorded, ["account-1"]);
}

#[tokio::test]
async fn g03_who_booked_an_entry_does_not_take_it_back() {
    let desk = Desk::open().await;
    let line = |account: &str, debit_fen, credit_fen| pb::JournalLine {
        account: account.into(),
        debit_fen,
        credit_fen,
        ..Default::default()
    };
    let request = pb::CreateJournalEntryRequest {
        journal_entry: Some(pb::JournalEntry {
            booked_on: "2024-10-01".into(),
            lines: vec![line("1002", 100, 0), line("410101", 0, 100)],
            ..Default::default()
        }),
        request_id: desk.request_id(),
        ..Default::default()
    };
    // The account was a preparer when it booked, and is an approver now.
    let booked = desk.clerk("account-1").create_journal_entry(request).await;
    let name = booked.unwrap().into_inner().name;
    let request = || pb::ReverseEntryRequest {
        name: name.clone(),
        booked_on: "2024-10-02".into(),
        request_id: desk.request_id(),
    };
    let clerk = desk.clerk("account-2").reverse_entry(request()).await;
    assert_eq!(clerk.unwrap_err().code(), Code::PermissionDenied);
    let same = desk.approver("account-1").reverse_entry(request()).await;
    assert_eq!(reason(&same.unwrap_err()), "PREPARER_IS_APPROVER");
    desk.approver("account-2")
        .reverse_entry(request())
        .await
        .unwrap();
}

//! Gifts: booked at once, once, and added up by kind of donor.

use futures::future::join_all;
use jianyi_proto::donation::events::v1::{DonationReceived, DonorKind};
use jianyi_proto::donation::v1 as pb;
use tonic::Code;

use crate::desk::{Desk, fields, gift, meta, reason};

async fn sum(desk: &Desk, year: i32) -> pb::SumDonationsResponse {
    let request = pb::SumDonationsRequest {
        year,
        ..Default::default()
    };
    desk.client()
        .sum_donations(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn d07_totals_by_kind_of_donor_add_up_and_no_donation_is_not_zero() {
    let desk = Desk::open().await;
    let campaign = desk.campaign(2024, "2024-09-01/2024-09-10").await;
    let fund = desk.fund("99公益日基金", true).await;
    assert_eq!(sum(&desk, 2024).await.total_fen, None);

    for (kind, name, amount, line) in [
        (DonorKind::Government, "某局", 100_000, pb::LineKind::Public),
        (
            DonorKind::Enterprise,
            "某公司",
            250_000,
            pb::LineKind::Public,
        ),
        (
            DonorKind::Enterprise,
            "某平台",
            33_333,
            pb::LineKind::PlatformMatch,
        ),
        (DonorKind::Society, "某商会", 70_001, pb::LineKind::Public),
        (DonorKind::Individual, "张三", 1, pb::LineKind::Public),
    ] {
        let donor = desk.donor(kind, name).await;
        let donation = pb::Donation {
            campaign: campaign.clone(),
            line_kind: line.into(),
            ..gift(&donor, &fund, amount)
        };
        desk.donate(donation).await.unwrap();
    }
    let total = sum(&desk, 2024).await;
    assert_eq!(total.total_fen, Some(453_335));
    assert_eq!(
        total
            .by_kind
            .iter()
            .map(|kind| kind.amount_fen)
            .sum::<i64>(),
        453_335
    );
    let enterprise = total
        .by_kind
        .iter()
        .find(|kind| kind.kind() == DonorKind::Enterprise)
        .unwrap();
    // Match money is in the sum but is nobody's gift (D06).
    assert_eq!((enterprise.amount_fen, enterprise.gifts), (283_333, 1));
    let of_campaign = pb::SumDonationsRequest {
        campaign: campaign.clone(),
        year: 0,
    };
    let of_campaign = desk
        .client()
        .sum_donations(of_campaign)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(of_campaign.total_fen, Some(453_335));
    assert_eq!(sum(&desk, 2023).await.total_fen, None);
    let both = desk
        .client()
        .sum_donations(pb::SumDonationsRequest {
            campaign,
            year: 2024,
        })
        .await
        .unwrap_err();
    assert_eq!(both.code(), Code::InvalidArgument);

    assert_eq!(desk.fund_now(&fund).await.balance_fen, 453_335);
    let events = desk.events::<DonationReceived>().await;
    assert_eq!(
        events.iter().map(|event| event.amount_fen).sum::<i64>(),
        453_335
    );
    assert_eq!(events[0].fact.as_ref().unwrap().on, "2024-09-02");
}

#[tokio::test]
async fn d04_an_order_number_counts_once_and_v45_another_amount_is_a_conflict() {
    let desk = Desk::open().await;
    let campaign = desk.campaign(2024, "2024-09-01/2024-09-10").await;
    let other = desk.campaign(2023, "").await;
    let fund = desk.fund("99公益日基金", true).await;
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let order = |campaign: &str, amount| pb::Donation {
        campaign: campaign.into(),
        platform_order_no: "T-0001".into(),
        ..gift(&donor, &fund, amount)
    };
    let first = desk.donate(order(&campaign, 5_000)).await.unwrap();
    let again = desk.donate(order(&campaign, 5_000)).await.unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert!(again.message().contains(&first.name));
    let conflict = desk.donate(order(&campaign, 5_001)).await.unwrap_err();
    assert_eq!(
        (conflict.code(), reason(&conflict).as_str()),
        (Code::FailedPrecondition, "ORDER_CONFLICT")
    );
    assert_eq!(
        (
            meta(&conflict, "known_fen").as_str(),
            meta(&conflict, "stated_fen").as_str()
        ),
        ("5000", "5001")
    );

    // The same number in another campaign, and outside any, is another gift.
    let elsewhere = pb::Donation {
        received_on: "2023-09-02".into(),
        ..order(&other, 7)
    };
    desk.donate(elsewhere).await.unwrap();
    desk.donate(order("", 9)).await.unwrap();
    assert_eq!(
        desk.donate(order("", 9)).await.unwrap_err().code(),
        Code::AlreadyExists
    );
    assert_eq!(desk.fund_now(&fund).await.balance_fen, 5_016);
}

#[tokio::test]
async fn d04_ten_clerks_with_the_same_order_book_one_gift() {
    let desk = Desk::open().await;
    let campaign = desk.campaign(2024, "2024-09-01/2024-09-10").await;
    let fund = desk.fund("99公益日基金", true).await;
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let order = pb::Donation {
        campaign,
        platform_order_no: "T-0002".into(),
        ..gift(&donor, &fund, 5_000)
    };
    let results = join_all((0..10).map(|_| desk.donate(order.clone()))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(
        results
            .iter()
            .flat_map(|result| result.as_ref().err())
            .all(|e| e.code() == Code::AlreadyExists)
    );
    assert_eq!(desk.fund_now(&fund).await.balance_fen, 5_000);
    assert_eq!(desk.events::<DonationReceived>().await.len(), 1);
}

#[tokio::test]
async fn g07_a_repeated_request_repeats_the_answer_and_money_needs_a_request_id() {
    let desk = Desk::open().await;
    let fund = desk.fund("关爱基金", false).await;
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let request = |request_id: &str, amount| pb::CreateDonationRequest {
        donation: Some(gift(&donor, &fund, amount)),
        request_id: request_id.into(),
        ..Default::default()
    };
    let missing = desk
        .client()
        .create_donation(request("", 100))
        .await
        .unwrap_err();
    assert_eq!(
        (missing.code(), fields(&missing)),
        (Code::InvalidArgument, vec!["request_id".into()])
    );

    let (mut one, mut two) = (desk.client(), desk.client());
    let (first, second) = tokio::join!(
        one.create_donation(request("same", 100)),
        two.create_donation(request("same", 100))
    );
    assert_eq!(first.unwrap().into_inner(), second.unwrap().into_inner());
    let reused = desk
        .client()
        .create_donation(request("same", 101))
        .await
        .unwrap_err();
    assert_eq!(reused.code(), Code::InvalidArgument);
    assert_eq!(desk.fund_now(&fund).await.balance_fen, 100);
    assert_eq!(desk.events::<DonationReceived>().await.len(), 1);
}

#[tokio::test]
async fn v43_amounts_and_unknown_references_are_refused_all_at_once() {
    let desk = Desk::open().await;
    let bad = desk.donate(pb::Donation {
        amount_fen: 0,
        received_on: "2024-02-30".into(),
        ..Default::default()
    });
    let mut named = fields(&bad.await.unwrap_err());
    named.sort();
    let expected = [
        "donation.amount_fen",
        "donation.donor",
        "donation.fund",
        "donation.line_kind",
        "donation.received_on",
    ];
    assert_eq!(named, expected);
    let fund = desk.fund("关爱基金", false).await;
    let nobody = format!("donors/{}", uuid::Uuid::nil());
    assert_eq!(
        desk.donate(gift(&nobody, &fund, 1))
            .await
            .unwrap_err()
            .code(),
        Code::NotFound
    );
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let nothing = format!("funds/{}", uuid::Uuid::nil());
    assert_eq!(
        desk.donate(gift(&donor, &nothing, 1))
            .await
            .unwrap_err()
            .code(),
        Code::NotFound
    );
    let absurd = desk
        .donate(gift(&donor, &fund, 1_000_000_000_001))
        .await
        .unwrap_err();
    assert_eq!(absurd.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn donations_are_listed_page_by_page() {
    let desk = Desk::open().await;
    let fund = desk.fund("关爱基金", false).await;
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    for amount in 1..=5 {
        desk.donate(gift(&donor, &fund, amount)).await.unwrap();
    }
    let (mut token, mut amounts) = (String::new(), Vec::new());
    loop {
        let request = pb::ListDonationsRequest {
            fund: fund.clone(),
            year: 2024,
            page_size: 2,
            page_token: token,
            ..Default::default()
        };
        let page = desk
            .client()
            .list_donations(request)
            .await
            .unwrap()
            .into_inner();
        amounts.extend(page.donations.iter().map(|donation| donation.amount_fen));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    amounts.sort_unstable();
    assert_eq!(amounts, [1, 2, 3, 4, 5]);
}

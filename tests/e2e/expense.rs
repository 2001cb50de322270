//! Care asks for money and donation reserves it or says why not; two requests never spend one fund twice.

use jianyi_proto::care::events::v1::ActivityKind;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::donation::events::v1::DonorKind;
use jianyi_proto::donation::v1 as donation;
use jianyi_proto::donation::v1::donation_service_client::DonationServiceClient;
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, System};

use crate::JIANYI;

async fn fund_of_100_yuan(channel: TestChannel) -> String {
    let mut client = DonationServiceClient::new(channel);
    let fund = donation::Fund {
        title: "关爱专项".into(),
        restricted: true,
        ..Default::default()
    };
    let fund = donation::CreateFundRequest {
        fund: Some(fund),
        request_id: "fund".into(),
        ..Default::default()
    };
    let fund = client.create_fund(fund).await.unwrap().into_inner().name;
    let donor = donation::Donor {
        kind: DonorKind::Individual.into(),
        display_name: "爱心人".into(),
        ..Default::default()
    };
    let donor = donation::CreateDonorRequest {
        donor: Some(donor),
        request_id: "donor".into(),
        ..Default::default()
    };
    let donor = client.create_donor(donor).await.unwrap().into_inner().name;
    let gift = donation::Donation {
        donor,
        fund: fund.clone(),
        amount_fen: 10_000,
        line_kind: donation::LineKind::Offline.into(),
        received_on: "2024-09-05".into(),
        ..Default::default()
    };
    let gift = donation::CreateDonationRequest {
        donation: Some(gift),
        request_id: "gift".into(),
        ..Default::default()
    };
    client.create_donation(gift).await.unwrap();
    fund
}

async fn states(
    channel: TestChannel,
    names: &[String],
) -> Vec<(care::ExpenseRequestState, String)> {
    let mut client = CareServiceClient::new(channel);
    let mut states = Vec::new();
    for name in names {
        let request = care::GetExpenseRequestRequest { name: name.clone() };
        let found = client
            .get_expense_request(request)
            .await
            .unwrap()
            .into_inner();
        states.push((found.state(), found.refusal));
    }
    states.sort();
    states
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d10_v47_two_requests_that_exceed_a_fund_and_exactly_one_is_funded() {
    let mut system = System::start_processes(JIANYI).await;
    let channel = system.channel().await;
    let fund = fund_of_100_yuan(channel.clone()).await;
    let mut client = CareServiceClient::new(channel.clone());
    let activity = care::Activity {
        kind: ActivityKind::FreeClinic.into(),
        title: "义诊".into(),
        held_on: "2024-12-04".into(),
        ..Default::default()
    };
    let activity = care::CreateActivityRequest {
        activity: Some(activity),
        request_id: "activity".into(),
    };
    let activity = client
        .create_activity(activity)
        .await
        .unwrap()
        .into_inner()
        .name;

    // Donation dies between the requests and its answer.
    system.world.kill9("donation").await.unwrap();
    let ask = |key: &str| care::CreateExpenseRequestRequest {
        expense_request: Some(care::ExpenseRequest {
            activity: activity.clone(),
            fund: fund.clone(),
            amount_fen: 6_000,
            purpose: "CLINIC".into(),
            ..Default::default()
        }),
        request_id: format!("expense-{key}"),
    };
    let mut names = Vec::new();
    for key in ["a", "b"] {
        names.push(
            client
                .create_expense_request(ask(key))
                .await
                .unwrap()
                .into_inner()
                .name,
        );
    }
    system.world.restart("donation").await.unwrap();
    system.world.kill9("care").await.unwrap();
    system.world.restart("care").await.unwrap();

    let settled = [
        (care::ExpenseRequestState::Funded, String::new()),
        (
            care::ExpenseRequestState::Refused,
            "FUND_EXHAUSTED".to_owned(),
        ),
    ];
    eventually!(states(channel.clone(), &names).await == settled);
    let mut donations = DonationServiceClient::new(channel);
    let held = donations
        .get_fund(donation::GetFundRequest { name: fund.clone() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (held.balance_fen, held.reserved_fen, held.available_fen),
        (10_000, 6_000, 4_000)
    );
    assert_eq!(
        system.report(2024).await.value("donation_amount"),
        Some(10_000)
    );
    system.finish(Lenience::Strict).await;
}

//! Care asks, donation reserves or refuses, finance pays.

use futures::future::join_all;
use jianyi_proto::api::v1::Fact;
use jianyi_proto::care::events::v1::ExpenseRequested;
use jianyi_proto::donation::events::v1::{
    DonorKind, ExpenseRefused, ExpenseReleased, ExpenseReserved,
};
use jianyi_proto::donation::v1 as pb;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::desk::{Client, Desk, fields, gift, reason};

fn asks(fund: &str, amount_fen: i64) -> ExpenseRequested {
    ExpenseRequested {
        fact: Some(Fact {
            division: "410600".into(),
            on: "2024-10-25".into(),
            ..Default::default()
        }),
        request: format!("expenseRequests/{}", fresh()),
        activity: "activities/1".into(),
        fund: fund.into(),
        amount_fen,
    }
}

/// An id that is nobody else's.
fn fresh() -> Uuid {
    jianyi_kernel::Clock::system().new_uuid()
}

async fn deliver(desk: &Desk, event: &ExpenseRequested) {
    desk.service
        .deliver(event, &event.request, "410600", 1)
        .await
        .unwrap();
}

async fn fund_with(desk: &Desk, amount: i64) -> String {
    let fund = desk.fund("关爱基金", true).await;
    let donor = desk.donor(DonorKind::Enterprise, "某公司").await;
    desk.donate(gift(&donor, &fund, amount)).await.unwrap();
    fund
}

async fn reservations(desk: &Desk, fund: &str) -> Vec<pb::Reservation> {
    let request = pb::ListReservationsRequest {
        fund: fund.into(),
        ..Default::default()
    };
    desk.client()
        .list_reservations(request)
        .await
        .unwrap()
        .into_inner()
        .reservations
}

async fn pay(desk: &Desk, mut by: Client, name: &str, on: &str) -> Result<pb::Reservation, Status> {
    let request = pb::PayReservationRequest {
        name: name.into(),
        paid_on: on.into(),
        approver_note: "经王主任同意".into(),
        request_id: desk.request_id(),
    };
    Ok(by.pay_reservation(request).await?.into_inner())
}

#[tokio::test]
async fn v47_of_two_parallel_sixties_on_a_hundred_exactly_one_is_reserved() {
    let desk = Desk::open().await;
    let fund = fund_with(&desk, 10_000).await;
    let (one, two) = (asks(&fund, 6_000), asks(&fund, 6_000));
    tokio::join!(deliver(&desk, &one), deliver(&desk, &two));

    let (reserved, refused) = (
        desk.events::<ExpenseReserved>().await,
        desk.events::<ExpenseRefused>().await,
    );
    assert_eq!((reserved.len(), refused.len()), (1, 1));
    assert_eq!(
        (reserved[0].amount_fen, refused[0].reason.as_str()),
        (6_000, "FUND_EXHAUSTED")
    );
    assert_ne!(reserved[0].request, refused[0].request);
    let now = desk.fund_now(&fund).await;
    assert_eq!(
        (now.balance_fen, now.reserved_fen, now.available_fen),
        (10_000, 6_000, 4_000)
    );
}

#[tokio::test]
async fn d10_a_fund_never_promises_more_than_it_holds_under_twenty_parallel_requests() {
    let desk = Desk::open().await;
    let fund = fund_with(&desk, 10_000).await;
    let requests: Vec<_> = (0..20).map(|_| asks(&fund, 1_500)).collect();
    join_all(requests.iter().map(|event| deliver(&desk, event))).await;
    assert_eq!(desk.events::<ExpenseReserved>().await.len(), 6);
    assert_eq!(desk.events::<ExpenseRefused>().await.len(), 14);
    assert_eq!(desk.fund_now(&fund).await.available_fen, 1_000);
}

#[tokio::test]
async fn d10_a_request_is_decided_once_however_often_it_is_delivered() {
    let desk = Desk::open().await;
    let fund = fund_with(&desk, 10_000).await;
    let event = asks(&fund, 3_000);
    let id = fresh();
    for _ in 0..2 {
        desk.service
            .deliver_as(id, &event, &event.request, "410600", 1)
            .await
            .unwrap();
    }
    join_all((0..10).map(|_| deliver(&desk, &event))).await;
    assert_eq!(desk.events::<ExpenseReserved>().await.len(), 1);
    assert_eq!(desk.fund_now(&fund).await.reserved_fen, 3_000);
    assert_eq!(reservations(&desk, &fund).await.len(), 1);
}

#[tokio::test]
async fn d10_an_unknown_fund_and_a_wrong_period_are_refused_with_the_reason() {
    let desk = Desk::open().await;
    for unknown in [
        "funds/nonsense".to_owned(),
        format!("funds/{}", Uuid::nil()),
    ] {
        deliver(&desk, &asks(&unknown, 1)).await;
    }
    let timed = pb::Fund {
        title: "2023年专项".into(),
        restricted: true,
        usable_until: "2023-12-31".into(),
        ..Default::default()
    };
    let request = pb::CreateFundRequest {
        fund: Some(timed),
        ..Default::default()
    };
    let timed = desk
        .client()
        .create_fund(request)
        .await
        .unwrap()
        .into_inner()
        .name;
    deliver(&desk, &asks(&timed, 1)).await;
    let refused = desk.events::<ExpenseRefused>().await;
    let reasons: Vec<_> = refused.iter().map(|event| event.reason.as_str()).collect();
    assert_eq!(
        reasons,
        ["FUND_UNKNOWN", "FUND_UNKNOWN", "FUND_PERIOD_MISMATCH"]
    );
}

#[tokio::test]
async fn d10_what_is_reserved_is_paid_once_by_somebody_else_and_booked() {
    let desk = Desk::open().await;
    let fund = fund_with(&desk, 10_000).await;
    deliver(&desk, &asks(&fund, 6_000)).await;
    let name = reservations(&desk, &fund).await.remove(0).name;

    let no_id = pb::PayReservationRequest {
        name: name.clone(),
        paid_on: "2024-10-26".into(),
        ..Default::default()
    };
    assert_eq!(
        fields(&desk.client().pay_reservation(no_id).await.unwrap_err()),
        ["request_id"]
    );
    let preparer = desk.approver("service:donation_care");
    assert_eq!(
        reason(&pay(&desk, preparer, &name, "2024-10-26").await.unwrap_err()),
        "PREPARER_IS_APPROVER"
    );
    let paid = pay(&desk, desk.approver("account-1"), &name, "2024-10-26")
        .await
        .unwrap();
    assert_eq!(paid.state(), pb::ReservationState::Paid);
    let again = pay(&desk, desk.approver("account-1"), &name, "2024-10-26")
        .await
        .unwrap_err();
    assert_eq!(
        (again.code(), reason(&again).as_str()),
        (Code::FailedPrecondition, "RESERVATION_NOT_OPEN")
    );

    let now = desk.fund_now(&fund).await;
    assert_eq!(
        (now.balance_fen, now.reserved_fen, now.available_fen),
        (4_000, 0, 4_000)
    );
    let request = pb::GetJournalEntryRequest {
        name: paid.journal_entry.clone(),
    };
    let entry = desk
        .client()
        .get_journal_entry(request)
        .await
        .unwrap()
        .into_inner();
    let lines: Vec<_> = entry
        .lines
        .iter()
        .map(|line| {
            (
                line.account.as_str(),
                line.debit_fen,
                line.credit_fen,
                line.fund.as_str(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [("5101", 6_000, 0, fund.as_str()), ("1002", 0, 6_000, "")]
    );
    let of_fund = desk.trial_balance("", &fund).await;
    assert_eq!(of_fund.credit_fen - of_fund.debit_fen, now.balance_fen);
    assert!(
        !desk.service.dump().await.contains("王主任"),
        "the note is readable in the database"
    );

    // The payment is taken back by a third person; the money is promised again.
    let reverse = |mut by: Client| {
        let request = pb::ReverseEntryRequest {
            name: paid.journal_entry.clone(),
            booked_on: "2024-10-27".into(),
            request_id: desk.request_id(),
        };
        async move { by.reverse_entry(request).await }
    };
    assert_eq!(
        reason(&reverse(desk.approver("account-1")).await.unwrap_err()),
        "PREPARER_IS_APPROVER"
    );
    reverse(desk.approver("account-2")).await.unwrap();
    let now = desk.fund_now(&fund).await;
    assert_eq!((now.balance_fen, now.reserved_fen), (10_000, 6_000));
    pay(&desk, desk.approver("account-1"), &name, "2024-10-28")
        .await
        .unwrap();
    assert_eq!(desk.fund_now(&fund).await.balance_fen, 4_000);
    assert_eq!(desk.trial_balance("", "").await.difference_fen, 0);
}

#[tokio::test]
async fn d10_what_is_released_is_available_again() {
    let desk = Desk::open().await;
    let fund = fund_with(&desk, 10_000).await;
    deliver(&desk, &asks(&fund, 6_000)).await;
    let name = reservations(&desk, &fund).await.remove(0).name;
    let release = pb::ReleaseReservationRequest {
        name: name.clone(),
        request_id: desk.request_id(),
    };
    let released = desk
        .client()
        .release_reservation(release)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(released.state(), pb::ReservationState::Released);
    assert_eq!(desk.fund_now(&fund).await.available_fen, 10_000);
    assert_eq!(desk.events::<ExpenseReleased>().await.len(), 1);
    let pay = pay(&desk, desk.approver("account-1"), &name, "2024-10-26")
        .await
        .unwrap_err();
    assert_eq!(reason(&pay), "RESERVATION_NOT_OPEN");
    deliver(&desk, &asks(&fund, 10_000)).await;
    assert_eq!(desk.fund_now(&fund).await.available_fen, 0);
}

#[tokio::test]
async fn d10_a_gift_that_is_promised_cannot_be_taken_back() {
    let desk = Desk::open().await;
    let fund = desk.fund("关爱基金", true).await;
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let donation = desk.donate(gift(&donor, &fund, 100)).await.unwrap();
    deliver(&desk, &asks(&fund, 60)).await;
    let request = pb::ReverseEntryRequest {
        name: donation.journal_entry,
        booked_on: "2024-12-01".into(),
        request_id: desk.request_id(),
    };
    let mut approver = desk.approver("account-1");
    assert_eq!(
        reason(&approver.reverse_entry(request).await.unwrap_err()),
        "FUND_EXHAUSTED"
    );
    assert_eq!(desk.fund_now(&fund).await.balance_fen, 100);
}

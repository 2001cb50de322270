//! Money asked of the donation service, and its answers.

use jianyi_proto::care::events::v1::ExpenseRequested;
use jianyi_proto::care::v1::{
    CancelActivityRequest, CancelExpenseRequestRequest, CreateExpenseRequestRequest,
    ExpenseRequest, ExpenseRequestState, GetExpenseRequestRequest, ListExpenseRequestsRequest,
};
use jianyi_proto::donation::events::v1::{ExpenseRefused, ExpenseReleased, ExpenseReserved};
use prost::Message as _;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::world::{World, fact, refused, trip};

fn fund() -> String {
    format!("funds/{}", Uuid::from_u128(7))
}

fn asks(activity: &str, request_id: &str) -> CreateExpenseRequestRequest {
    CreateExpenseRequestRequest {
        expense_request: Some(ExpenseRequest {
            activity: activity.into(),
            fund: fund(),
            amount_fen: 1_234_500,
            purpose: "TRAVEL".into(),
            ..ExpenseRequest::default()
        }),
        request_id: request_id.into(),
    }
}

fn reserved(request: &str) -> ExpenseReserved {
    ExpenseReserved {
        fact: fact(""),
        request: request.into(),
        fund: fund(),
        amount_fen: 1_234_500,
    }
}

fn no_money(request: &str) -> ExpenseRefused {
    ExpenseRefused {
        fact: fact(""),
        request: request.into(),
        fund: fund(),
        reason: "FUND_EXHAUSTED".into(),
    }
}

fn released(request: &str) -> ExpenseReleased {
    ExpenseReleased {
        fact: fact(""),
        request: request.into(),
        fund: fund(),
        amount_fen: 1_234_500,
    }
}

async fn ask(world: &mut World, activity: &str, request_id: &str) -> String {
    world
        .care
        .create_expense_request(asks(activity, request_id))
        .await
        .unwrap()
        .into_inner()
        .name
}

async fn state(world: &World, name: &str) -> (ExpenseRequestState, String) {
    let request = GetExpenseRequestRequest { name: name.into() };
    let found = world
        .as_role("ROLE_FINANCE")
        .get_expense_request(request)
        .await
        .unwrap()
        .into_inner();
    (found.state(), found.refusal)
}

async fn cancel(world: &mut World, name: &str, request_id: &str) -> Result<ExpenseRequest, Status> {
    let request = CancelExpenseRequestRequest {
        name: name.into(),
        request_id: request_id.into(),
        ..CancelExpenseRequestRequest::default()
    };
    Ok(world
        .care
        .cancel_expense_request(request)
        .await?
        .into_inner())
}

#[tokio::test]
async fn a_request_asks_once_and_takes_the_answer() {
    let mut world = World::start().await;
    let activity = world.activity(trip("2024-06-18")).await.unwrap().name;
    let nameless = world
        .care
        .create_expense_request(asks(&activity, ""))
        .await
        .unwrap_err();
    assert_eq!(nameless.code(), Code::InvalidArgument);
    let request = ask(&mut world, &activity, "e-1").await;
    assert_eq!(
        ask(&mut world, &activity, "e-1").await,
        request,
        "a retry asks for nothing more"
    );
    let outbox = world.t.outbox().await;
    let event = ExpenseRequested::decode(outbox.last().unwrap().data.as_slice()).unwrap();
    assert_eq!(
        (event.request.as_str(), event.activity, event.amount_fen),
        (request.as_str(), activity, 1_234_500)
    );
    assert_eq!(event.fund, fund());
    assert_eq!(outbox.len(), 2);

    assert_eq!(
        state(&world, &request).await.0,
        ExpenseRequestState::Requested
    );
    for _ in 0..10 {
        world
            .t
            .deliver(&reserved(&request), "reservations/1", "410600", 1)
            .await
            .unwrap();
    }
    assert_eq!(state(&world, &request).await.0, ExpenseRequestState::Funded);
    assert_eq!(
        refused(cancel(&mut world, &request, "c-1").await),
        "EXPENSE_ALREADY_ANSWERED"
    );
    let listed = world
        .care
        .list_expense_requests(ListExpenseRequestsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        listed.expense_requests[0].etag, "2",
        "nine repeats changed nothing"
    );
}

#[tokio::test]
async fn a_refusal_carries_its_reason_and_an_older_answer_is_late() {
    let mut world = World::start().await;
    let activity = world.activity(trip("2024-06-18")).await.unwrap().name;
    let request = ask(&mut world, &activity, "e-1").await;
    world
        .t
        .deliver(&no_money(&request), "reservations/1", "410600", 2)
        .await
        .unwrap();
    world
        .t
        .deliver(&reserved(&request), "reservations/1", "410600", 1)
        .await
        .unwrap();
    assert_eq!(
        state(&world, &request).await,
        (ExpenseRequestState::Refused, "FUND_EXHAUSTED".into())
    );
}

#[tokio::test]
async fn c21_money_given_back_to_the_fund_ends_the_request_in_whatever_order() {
    let mut world = World::start().await;
    let activity = world.activity(trip("2024-06-18")).await.unwrap().name;
    let (in_order, reversed) = (
        ask(&mut world, &activity, "e-1").await,
        ask(&mut world, &activity, "e-2").await,
    );
    let t = &world.t;
    t.deliver(&reserved(&in_order), "reservations/1", "410600", 1)
        .await
        .unwrap();
    t.deliver(&released(&in_order), "reservations/1", "410600", 2)
        .await
        .unwrap();
    for _ in 0..10 {
        t.deliver(&released(&reversed), "reservations/2", "410600", 2)
            .await
            .unwrap();
    }
    t.deliver(&reserved(&reversed), "reservations/2", "410600", 1)
        .await
        .unwrap();
    for (request, id) in [(&in_order, "c-1"), (&reversed, "c-2")] {
        assert_eq!(
            state(&world, request).await,
            (ExpenseRequestState::Released, String::new())
        );
        assert_eq!(
            refused(cancel(&mut world, request, id).await),
            "EXPENSE_ALREADY_ANSWERED"
        );
    }
}

#[tokio::test]
async fn a_cancelled_request_shows_money_that_was_reserved_before() {
    let mut world = World::start().await;
    let activity = world.activity(trip("2024-06-18")).await.unwrap().name;
    let (refused_later, reserved_later) = (
        ask(&mut world, &activity, "e-1").await,
        ask(&mut world, &activity, "e-2").await,
    );
    for (request, id) in [(&refused_later, "c-1"), (&reserved_later, "c-2")] {
        assert_eq!(
            cancel(&mut world, request, id).await.unwrap().state(),
            ExpenseRequestState::Cancelled
        );
    }
    world
        .t
        .deliver(&no_money(&refused_later), "reservations/1", "410600", 1)
        .await
        .unwrap();
    world
        .t
        .deliver(&reserved(&reserved_later), "reservations/2", "410600", 1)
        .await
        .unwrap();
    assert_eq!(
        state(&world, &refused_later).await.0,
        ExpenseRequestState::Cancelled
    );
    assert_eq!(
        state(&world, &reserved_later).await.0,
        ExpenseRequestState::Funded
    );
}

#[tokio::test]
async fn no_money_for_a_cancelled_activity_and_none_of_nothing() {
    let mut world = World::start().await;
    let activity = world.activity(trip("2024-06-18")).await.unwrap().name;
    let mut wrong = asks(&activity, "e-1");
    wrong.expense_request.as_mut().unwrap().amount_fen = 0;
    assert_eq!(
        world
            .care
            .create_expense_request(wrong)
            .await
            .unwrap_err()
            .code(),
        Code::InvalidArgument
    );
    let cancel = CancelActivityRequest {
        name: activity.clone(),
        ..CancelActivityRequest::default()
    };
    world.care.cancel_activity(cancel).await.unwrap();
    assert_eq!(
        refused(
            world
                .care
                .create_expense_request(asks(&activity, "e-2"))
                .await
        ),
        "ACTIVITY_CANCELLED"
    );
}

#[tokio::test]
async fn answers_to_others_are_ignored_and_to_unknown_requests_set_aside() {
    let world = World::start().await;
    world
        .t
        .deliver(&reserved(""), "reservations/1", "410600", 1)
        .await
        .unwrap();
    let unknown = format!("expenseRequests/{}", Uuid::from_u128(5));
    let fault = world
        .t
        .deliver(&reserved(&unknown), "reservations/1", "410600", 1)
        .await
        .unwrap_err();
    assert!(!fault.is_transient());
}

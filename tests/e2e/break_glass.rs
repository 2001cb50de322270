//! A role taken in an emergency is on oversight's board the same day, without its reason.

use jianyi_proto::api::v1::Role;
use jianyi_proto::identity::v1 as identity;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_proto::oversight::v1::ListBreakGlassRequest;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_testkit::eventually;
use jianyi_tests::{Lenience, System};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g06_break_glass_is_on_the_oversight_board_the_same_day() {
    let system = System::start().await;
    // Somebody at a county whose role asks for two proofs, and whose account was made for the purpose.
    let affairs = system.channel_as("ROLE_MEMBER_AFFAIRS", "410621").await;
    let request = identity::OpenBreakGlassRequest {
        role: Role::Care.into(),
        division: "410611".into(),
        reason: "群众张三丰在医院抢救,需要立即核实身份".into(),
        minutes: 30,
        request_id: "g06".into(),
    };
    let mut own = IdentityServiceClient::new(affairs);
    let opened = own.open_break_glass(request).await.unwrap().into_inner();

    let opened_at = opened.open_time.unwrap();
    let today = jianyi_kernel::Timestamp::from_unix(opened_at.seconds, opened_at.nanos)
        .unwrap()
        .business_date()
        .to_string();
    let board = system.channel_as("ROLE_OVERSIGHT", "410600").await;
    let list = || {
        let mut board = OversightServiceClient::new(board.clone());
        let date = today.clone();
        async move {
            let request = ListBreakGlassRequest { date };
            board.list_break_glass(request).await.unwrap().into_inner()
        }
    };
    eventually!(list().await.entries.len() == 1);
    let entry = list().await.entries.remove(0);
    assert_eq!((&entry.grant, &entry.date), (&opened.name, &today));
    assert_eq!(
        (entry.role(), entry.division.as_str()),
        (Role::Care, "410611")
    );
    assert!(entry.close_time.is_none());

    let close = identity::CloseBreakGlassRequest {
        name: opened.name,
        request_id: String::new(),
    };
    own.close_break_glass(close).await.unwrap();
    eventually!(list().await.entries[0].close_time.is_some());
    system.finish(Lenience::Strict).await;
}

//! One county's service is down: the others answer, and nobody mistakes silence for an empty list.

use std::time::Duration;

use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_proto::gateway::v1::{DataOwner, WatchDataOwnersRequest, WatchDataOwnersResponse};
use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_tests::{Lenience, System, demo_folder};
use tonic::{Code, Streaming};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g26_a_county_that_is_down_is_named_and_not_forgotten() {
    let mut system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let mut members = MemberServiceClient::new(system.channel().await);
    let list = |parent: &str| pb::ListOrgUnitsRequest {
        parent: parent.into(),
        page_size: 3,
        ..Default::default()
    };

    let all = collect(&mut members, "counties/-").await;
    assert!(all.1.is_empty());
    let in_order: Vec<_> = all
        .0
        .iter()
        .map(|name| name.split('/').nth(1).unwrap().to_owned())
        .collect();
    assert!(
        in_order.is_sorted(),
        "counties in the order of their codes: {in_order:?}"
    );

    let mut owners = watch(&system).await;
    let first = told(&mut owners, &[]).await;
    assert_eq!(first.len(), 6);
    assert!(first.iter().all(|owner| owner.change_time.is_none()));

    system.world.stop_service("member/410621").await.unwrap();
    for owner in told(&mut owners, &["410621"]).await {
        assert_eq!(owner.change_time.is_some(), owner.division == "410621");
    }
    let rest = collect(&mut members, "counties/-").await;
    assert_eq!(rest.1, ["counties/410621"]);
    assert!(rest.0.len() < all.0.len());
    assert!(rest.0.iter().all(|name| all.0.contains(name)));
    let refused = members
        .list_org_units(list("counties/410621"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    let unknown = members
        .list_org_units(list("counties/410699"))
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    let status = system.statuses().await;
    let down = status
        .iter()
        .find(|service| service.service == "member/410621")
        .unwrap();
    assert!(!down.healthy && !down.problem.is_empty());

    // Whoever checks the record of what was done is told, and the rest is checked.
    let dir = system.data_dir().to_str().unwrap();
    let args = ["verify", "audit", "--data-dir", dir];
    let verified = jianyi_tests::jianyi(crate::JIANYI, &args)
        .output()
        .await
        .unwrap();
    assert_eq!(verified.status.code(), Some(69));
    let lines = String::from_utf8(verified.stdout).unwrap();
    let line = |instance: &str| {
        lines
            .lines()
            .find(|line| line.starts_with(instance))
            .unwrap()
    };
    assert!(
        line("member/410621").ends_with("NOT REACHED: not verified"),
        "{lines}"
    );
    assert!(
        line("member/410622").ends_with(": OK") && line("care").ends_with(": OK"),
        "{lines}"
    );

    system.world.restart("member/410621").await.unwrap();
    jianyi_testkit::eventually!(collect(&mut members, "counties/-").await == all);
    told(&mut owners, &[]).await;
    system.finish(Lenience::Strict).await;
}

type Client = MemberServiceClient<jianyi_testkit::TestChannel>;

/// How the city and the counties stand, as a liaison officer's pages are told.
async fn watch(system: &System) -> Streaming<WatchDataOwnersResponse> {
    let channel = system.channel_as("ROLE_LIAISON_OFFICER", "410611101").await;
    GatewayServiceClient::new(channel)
        .watch_data_owners(WatchDataOwnersRequest {})
        .await
        .unwrap()
        .into_inner()
}

/// What is told once `away` and nobody else is away; what is said meanwhile may be a repetition.
async fn told(owners: &mut Streaming<WatchDataOwnersResponse>, away: &[&str]) -> Vec<DataOwner> {
    let telling = async {
        loop {
            let all = owners.message().await.unwrap().unwrap().data_owners;
            let silent = all.iter().filter(|owner| !owner.reachable);
            if silent
                .map(|owner| owner.division.as_str())
                .eq(away.iter().copied())
            {
                return all;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), telling)
        .await
        .unwrap()
}

/// All units page by page, and the counties that did not answer.
async fn collect(members: &mut Client, parent: &str) -> (Vec<String>, Vec<String>) {
    let (mut names, mut unreachable) = (Vec::new(), Vec::new());
    let mut request = pb::ListOrgUnitsRequest {
        parent: parent.into(),
        page_size: 3,
        ..Default::default()
    };
    loop {
        let page = members
            .list_org_units(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert!(page.org_units.len() <= 3);
        names.extend(page.org_units.into_iter().map(|unit| unit.name));
        unreachable.extend(page.unreachable);
        if page.next_page_token.is_empty() {
            unreachable.sort();
            unreachable.dedup();
            return (names, unreachable);
        }
        request.page_token = page.next_page_token;
    }
}

//! A joined county falls silent: told within a minute, and told when it is over; nobody else notices.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use jianyi_kernel::Clock;
use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_proto::gateway::v1::watch_events_response::Item;
use jianyi_proto::gateway::v1::{CloudEvent, WatchEventsRequest, WatchEventsResponse};
use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{CreateOrgUnitRequest, ListOrgUnitsRequest, OrgUnit};
use jianyi_proto::oversight::events::v1::{CountyBack, CountyCertificateExpiring, CountySilent};
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::oversight::v1::{
    AddCountySiteRequest, CountySite, CountyStatus, ListCountyStatusRequest,
    RemoveCountySiteRequest,
};
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, System};
use prost::{Message as _, Name as _};
use serde_json::Value;
use tonic::{Code, Streaming};

const COUNTY: &str = "410621";
const NEIGHBOUR: &str = "410622";
/// What is promised, and a little for a machine with other work.
const A_MINUTE: Duration = Duration::from_secs(60);

type Oversight = OversightServiceClient<TestChannel>;

async fn join(oversight: &mut Oversight, system: &System, code: &str) -> CountySite {
    let address = &system.world.addresses().services[&format!("member/{code}")];
    let soon = Clock::system().now().as_offset() + Duration::from_secs(10 * 86_400);
    let site = CountySite {
        division: code.into(),
        url: format!("http://{address}"),
        // One NATS serves all in this world.
        on_city_broker: true,
        certificate_expire_time: (code == NEIGHBOUR).then(|| prost_types::Timestamp {
            seconds: soon.unix_timestamp(),
            nanos: 0,
        }),
        ..Default::default()
    };
    let request = AddCountySiteRequest {
        county_site: Some(site),
        request_id: format!("join {code}").replace(' ', "-"),
    };
    oversight
        .add_county_site(request)
        .await
        .unwrap()
        .into_inner()
}

async fn status(oversight: &mut Oversight, code: &str) -> CountyStatus {
    let reply = oversight
        .list_county_status(ListCountyStatusRequest {})
        .await
        .unwrap();
    let counties = reply.into_inner().counties;
    counties
        .into_iter()
        .find(|county| county.division == code)
        .unwrap()
}

/// The next event of a type about a county, as a dashboard sees it.
async fn next(
    events: &mut Streaming<WatchEventsResponse>,
    type_name: &str,
    division: &str,
    within: Duration,
) -> CloudEvent {
    let waiting = async {
        loop {
            let item = events.next().await.unwrap().unwrap().item.unwrap();
            if let Item::Event(event) = item
                && event.r#type == type_name
                && event.division == division
            {
                return event;
            }
        }
    };
    tokio::time::timeout(within, waiting)
        .await
        .map_err(|_| format!("no {type_name} within {within:?}"))
        .unwrap()
}

async fn unit(members: &mut MemberServiceClient<TestChannel>, code: &str, name: &str) {
    let request = CreateOrgUnitRequest {
        parent: format!("counties/{code}"),
        org_unit: Some(OrgUnit {
            kind: OrgUnitKind::VolunteerTeam.into(),
            display_name: name.into(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    members.create_org_unit(request).await.unwrap();
}

/// `jianyi status --format json`, its part about one county.
async fn told_by_the_command_line(system: &System, code: &str) -> Value {
    let args = [
        "status",
        "--format",
        "json",
        "--data-dir",
        system.data_dir().to_str().unwrap(),
    ];
    let output = jianyi_tests::jianyi(crate::JIANYI, &args)
        .output()
        .await
        .unwrap();
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    let counties = whole["counties"].as_array().unwrap().clone();
    counties
        .into_iter()
        .find(|county| county["county"] == code)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g26_a_county_that_falls_silent_is_told_within_a_minute_and_so_is_its_return() {
    let mut system = System::start().await;
    let channel = system.channel().await;
    let mut oversight = OversightServiceClient::new(channel.clone());
    let mut members = MemberServiceClient::new(channel.clone());
    let site = join(&mut oversight, &system, COUNTY).await;
    join(&mut oversight, &system, NEIGHBOUR).await;
    let watch = WatchEventsRequest {
        contexts: vec!["oversight".into()],
        follow: true,
        ..Default::default()
    };
    let mut events = GatewayServiceClient::new(channel.clone())
        .watch_events(watch)
        .await
        .unwrap()
        .into_inner();

    // A certificate that ends in ten days is told at once, and once.
    let ending = next(
        &mut events,
        &CountyCertificateExpiring::full_name(),
        NEIGHBOUR,
        A_MINUTE,
    )
    .await;
    let ending = CountyCertificateExpiring::decode(ending.data.as_slice()).unwrap();
    assert!((9..=10).contains(&ending.days_left), "{}", ending.days_left);

    unit(&mut members, COUNTY, "甲义警队").await;
    unit(&mut members, NEIGHBOUR, "乙义警队").await;
    system.settle().await;
    let mut at;
    eventually!({
        at = status(&mut oversight, COUNTY).await;
        at.reachable && at.lag_events == Some(0) && at.watermark_sequence > 0
    });
    assert_eq!((at.gap_events, at.silent_since), (0, None));

    system
        .world
        .stop_service(&format!("member/{COUNTY}"))
        .await
        .unwrap();
    let stopped = Instant::now();
    let silent = next(&mut events, &CountySilent::full_name(), COUNTY, A_MINUTE).await;
    let after = stopped.elapsed();
    let silent = CountySilent::decode(silent.data.as_slice()).unwrap();
    assert!(
        after >= Duration::from_secs(30),
        "told too early: {after:?}"
    );
    println!("silence told after {:.1} s", after.as_secs_f64());
    assert_eq!(silent.watermark_sequence, at.watermark_sequence);
    let told = status(&mut oversight, COUNTY).await;
    assert_eq!(told.silent_since, silent.silent_since);
    assert!(!told.reachable);
    let shown = told_by_the_command_line(&system, COUNTY).await;
    assert_eq!(shown["reachable"], false);
    assert!(shown["silent_since"].is_string());
    let report = system.report_now(2024).await;
    assert!(report.0["watermarks"][COUNTY]["silent_since"].is_string());
    assert!(report.0["watermarks"][COUNTY]["as_of"].is_string());
    // The neighbour works and is heard of.
    unit(&mut members, NEIGHBOUR, "丙义警队").await;
    let other = status(&mut oversight, NEIGHBOUR).await;
    assert!(other.reachable && other.silent_since.is_none());
    assert!(report.0["watermarks"][NEIGHBOUR]["silent_since"].is_null());

    system
        .world
        .restart(&format!("member/{COUNTY}"))
        .await
        .unwrap();
    let back = next(&mut events, &CountyBack::full_name(), COUNTY, A_MINUTE).await;
    let back = CountyBack::decode(back.data.as_slice()).unwrap();
    assert_eq!(back.silent_since, silent.silent_since);
    unit(&mut members, COUNTY, "丁义警队").await;
    eventually!({
        let now = status(&mut oversight, COUNTY).await;
        now.reachable
            && now.silent_since.is_none()
            && now.lag_events == Some(0)
            && now.gap_events == 0
            && now.watermark_sequence > at.watermark_sequence
    });
    let report = system.report(2024).await;
    assert!(report.0["watermarks"][COUNTY]["silent_since"].is_null());

    // It leaves the directory: not watched any more, and where the configuration says it is.
    let request = RemoveCountySiteRequest {
        name: site.name,
        ..Default::default()
    };
    oversight.remove_county_site(request).await.unwrap();
    let left = oversight
        .list_county_status(ListCountyStatusRequest {})
        .await
        .unwrap();
    assert_eq!(left.into_inner().counties.len(), 1);
    unit(&mut members, COUNTY, "戊义警队").await;
    system.finish(Lenience::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_county_joins_while_the_gateway_runs_and_leaves_again() {
    let system = System::start().await;
    let channel = system.channel().await;
    let mut oversight = OversightServiceClient::new(channel.clone());
    let mut members = MemberServiceClient::new(channel.clone());
    let list = |code: &str| ListOrgUnitsRequest {
        parent: format!("counties/{code}"),
        ..Default::default()
    };
    // No such county is configured; where it joins, nobody is at home, which is another answer than "no such county".
    let stranger = "410699";
    let unknown = members.list_org_units(list(stranger)).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    let request = AddCountySiteRequest {
        county_site: Some(CountySite {
            division: stranger.into(),
            url: "http://127.0.0.1:1".into(),
            on_city_broker: true,
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let site = oversight
        .add_county_site(request)
        .await
        .unwrap()
        .into_inner();
    let reached = async |members: &mut MemberServiceClient<TestChannel>| {
        let refused = members.list_org_units(list(stranger)).await.unwrap_err();
        refused.code() == Code::Unavailable
    };
    eventually!(reached(&mut members).await);
    let request = RemoveCountySiteRequest {
        name: site.name,
        ..Default::default()
    };
    oversight.remove_county_site(request).await.unwrap();
    eventually!({
        let refused = members.list_org_units(list(stranger)).await.unwrap_err();
        refused.code() == Code::NotFound
    });
    system.finish(Lenience::Strict).await;
}

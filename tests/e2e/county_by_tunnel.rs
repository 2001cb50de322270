//! One county is called through the bus: it answers byte for byte as on its own port, fails in the same words,
//! and is missed at once when it stops.

use std::time::{Duration, Instant};

use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_standalone::world::{EdgeOptions, Mode};
use jianyi_testkit::eventually;
use jianyi_tests::{Lenience, System, demo_folder};
use prost::Message as _;
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::fuzz::send::{Answer, Attempt, frame, send};
use crate::people::confirm_hero;

const COUNTY: &str = "410621";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m30_a_county_that_only_dials_out_answers_as_on_its_port_and_is_missed_at_once() {
    let mut system = System::start_as(Mode::InProcess, |_| EdgeOptions {
        through_the_bus: vec![COUNTY.into()],
        ..EdgeOptions::default()
    })
    .await;
    // The record is loaded through the tunnel, too: writes, and their repetition by request id.
    system.load(&demo_folder()).await.unwrap();
    for key in ["one", "two", "three"] {
        confirm_hero(system.channel().await, COUNTY, key, false).await;
    }
    system.settle().await;
    let name = format!("member/{COUNTY}");
    let status = system.statuses().await;
    assert!(status.iter().any(|it| it.service == name && it.healthy));

    let port = format!("http://{}", system.world.addresses().services[&name]);
    let port = jianyi_rpc::connect_lazy(&port).unwrap();
    let gateway = system.session.channel();
    let affairs = system.token_as("ROLE_MEMBER_AFFAIRS", "410600").await;
    let mut bytes = 0;
    for (method, message) in reads() {
        for token in [affairs.as_str(), "", "ey.forged.token"] {
            let attempt = Attempt {
                what: "a read",
                path: format!("/jianyi.member.v1.MemberService/{method}"),
                token: token.into(),
                body: frame(&message),
                headers: Vec::new(),
            };
            let by_port = send(port.clone(), &attempt).await.unwrap();
            let by_tunnel = send(gateway.clone(), &attempt).await.unwrap();
            assert_eq!(told(&by_tunnel), told(&by_port), "{method}");
            bytes += by_tunnel.message.len();
        }
    }
    assert!(bytes > 900, "there was something to compare: {bytes}");

    // Stopped politely: the broker knows that nobody listens, so nobody waits.
    system.world.stop_service(&name).await.unwrap();
    let fastest = fastest_refusal(&gateway, &affairs).await;
    println!("a stopped county: told after {fastest:?} at best");
    assert!(fastest < Duration::from_millis(50), "{fastest:?}");
    let mut members = MemberServiceClient::new(system.channel().await);
    let walk = pb::ListOrgUnitsRequest {
        parent: "counties/-".into(),
        page_size: 1000,
        ..Default::default()
    };
    let page = members.list_org_units(walk.clone()).await.unwrap();
    let page = page.into_inner();
    assert_eq!(page.unreachable, [format!("counties/{COUNTY}")]);
    assert!(!page.org_units.is_empty());
    let status = system.statuses().await;
    let down = status.iter().find(|it| it.service == name).unwrap();
    assert_eq!(
        (down.healthy, down.problem.as_str()),
        (false, "cannot be reached")
    );

    system.world.restart(&name).await.unwrap();
    eventually!({
        let page = members.list_org_units(walk.clone()).await.unwrap();
        page.into_inner().unreachable.is_empty()
    });
    system.finish(Lenience::Strict).await;
}

/// Reads that are answered, and reads that are refused for what they say.
fn reads() -> Vec<(&'static str, Vec<u8>)> {
    let parent = format!("counties/{COUNTY}");
    let units = pb::ListOrgUnitsRequest {
        parent: parent.clone(),
        page_size: 50,
        ..Default::default()
    };
    let people = pb::ListPeopleRequest {
        parent: parent.clone(),
        page_size: 50,
        ..Default::default()
    };
    let heroes = pb::ListHeroesRequest {
        parent: parent.clone(),
        page_size: 50,
        ..Default::default()
    };
    let roles = pb::ListRoleAssignmentsRequest {
        parent: parent.clone(),
        page_size: 50,
        ..Default::default()
    };
    let lost = pb::ListPeopleRequest {
        page_token: "nowhere".into(),
        ..people.clone()
    };
    let negative = pb::ListPeopleRequest {
        page_size: -1,
        ..people.clone()
    };
    let nobody = pb::GetPersonRequest {
        name: format!("{parent}/people/0198c0de-0000-7000-8000-000000000000"),
    };
    let malformed = pb::GetPersonRequest {
        name: format!("{parent}/people/x"),
    };
    vec![
        ("ListOrgUnits", units.encode_to_vec()),
        ("ListPeople", people.encode_to_vec()),
        ("ListHeroes", heroes.encode_to_vec()),
        ("ListRoleAssignments", roles.encode_to_vec()),
        ("ListPeople", lost.encode_to_vec()),
        ("ListPeople", negative.encode_to_vec()),
        ("GetPerson", nobody.encode_to_vec()),
        ("GetPerson", malformed.encode_to_vec()),
    ]
}

/// All of an answer that a client can see.
fn told(answer: &Answer) -> (Code, String, Vec<u8>, Vec<u8>) {
    let status: &Status = &answer.status;
    let message = status.message().to_owned();
    let details = status.details().to_vec();
    (status.code(), message, details, answer.message.to_vec())
}

async fn fastest_refusal(gateway: &Channel, token: &str) -> Duration {
    let (method, message) = reads().swap_remove(0);
    let attempt = Attempt {
        what: "a read",
        path: format!("/jianyi.member.v1.MemberService/{method}"),
        token: token.into(),
        body: frame(&message),
        headers: Vec::new(),
    };
    let mut fastest = Duration::MAX;
    for _ in 0..10 {
        let began = Instant::now();
        let refused = send(gateway.clone(), &attempt).await.unwrap();
        fastest = fastest.min(began.elapsed());
        assert_eq!(refused.status.code(), Code::Unavailable);
    }
    fastest
}

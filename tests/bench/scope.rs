//! Sixty-four users of different counties and townships at once: not one row of anybody else's.
//!
//! Through the gateway, on the whole system. Every answer is searched for divisions that its reader's grant does
//! not reach; asking for what another county has must be answered `NOT_FOUND`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use jianyi_kernel::Division;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::publicity::v1 as publicity;
use jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient;
use jianyi_testkit::{Bearer, TestChannel};
use jianyi_tests::System;
use tokio::task::JoinSet;
use tonic::{Code, Status};

use crate::figures::Times;
use crate::size;

const USERS: usize = 64;
const COUNTIES: [&str; 5] = ["410602", "410603", "410611", "410621", "410622"];
/// Two townships of each county.
const TOWNSHIPS: [&str; 10] = [
    "410602001",
    "410602201",
    "410603001",
    "410603100",
    "410611001",
    "410611101",
    "410621001",
    "410621101",
    "410622001",
    "410622101",
];
const PEOPLE: usize = 12;

/// Who asks, and as whom.
struct User {
    role: &'static str,
    place: Division,
    channel: TestChannel,
}

pub(crate) async fn run() {
    let requests = size("JIANYI_BENCH_REQUESTS", 200_000);
    let system = System::start().await;
    let people = Arc::new(populate(&system).await);
    let foreign = Arc::new(AtomicUsize::new(0));
    let mut users = Vec::new();
    for at in 0..USERS {
        let (role, place) = if at % 2 == 0 {
            (
                "ROLE_COUNTY_CLERK",
                COUNTIES[at.div_euclid(2) % COUNTIES.len()],
            )
        } else {
            (
                "ROLE_TOWNSHIP_STATION",
                TOWNSHIPS[at.div_euclid(2) % TOWNSHIPS.len()],
            )
        };
        let token = system.token_as(role, place).await;
        users.push(User {
            role,
            place: place.parse().unwrap(),
            channel: TestChannel::new(system.session.channel(), Bearer::new(token)),
        });
    }
    let share = requests.div_ceil(USERS);
    let begun = Instant::now();
    let mut asking = JoinSet::new();
    for (at, user) in users.into_iter().enumerate() {
        let (people, foreign) = (Arc::clone(&people), Arc::clone(&foreign));
        asking.spawn(async move {
            let mut times = Times::default();
            let mut rows = 0;
            for turn in 0..share {
                let asked = Instant::now();
                rows += user.ask(at * 31 + turn, &people, &foreign).await;
                times.add(asked.elapsed());
            }
            (times, rows)
        });
    }
    let mut times = Times::default();
    let mut rows = 0;
    for (part, seen) in asking.join_all().await {
        times.extend(part);
        rows += seen;
    }
    let took = begun.elapsed();
    println!(
        "scope: {USERS} users, {} requests in {took:.1?}, {rows} rows seen, {} foreign; {times}",
        times.count(),
        foreign.load(Ordering::Relaxed)
    );
    assert!(rows > 0, "somebody sees something");
    assert_eq!(
        foreign.load(Ordering::Relaxed),
        0,
        "a row of somebody else's was shown"
    );
    system.world.stop().await.unwrap();
}

impl User {
    /// One request of a mix; how many rows it showed.
    async fn ask(&self, turn: usize, people: &[String], foreign: &AtomicUsize) -> usize {
        let county = self.place.county();
        let mut member = MemberServiceClient::new(self.channel.clone());
        let seen: Vec<String> = match turn % 6 {
            0 | 1 => {
                // Their own county's, of which a station sees its township.
                let request = member::ListPeopleRequest {
                    parent: format!("counties/{county}"),
                    page_size: 50,
                    ..Default::default()
                };
                let reply = member.list_people(request).await.unwrap().into_inner();
                reply
                    .people
                    .into_iter()
                    .map(|person| person.division)
                    .collect()
            }
            2 => {
                // Anybody's: found if it is theirs, and otherwise not there.
                let name = people[turn % people.len()].clone();
                match member.get_person(member::GetPersonRequest { name }).await {
                    Ok(reply) => vec![reply.into_inner().division],
                    Err(status) => missing(&status),
                }
            }
            3 => {
                let other = COUNTIES[turn.div_euclid(6) % COUNTIES.len()];
                let request = member::ListPeopleRequest {
                    parent: format!("counties/{other}"),
                    page_size: 50,
                    ..Default::default()
                };
                match member.list_people(request).await {
                    Ok(reply) => reply
                        .into_inner()
                        .people
                        .into_iter()
                        .map(|person| person.division)
                        .collect(),
                    Err(status) => missing(&status),
                }
            }
            4 if self.role == "ROLE_COUNTY_CLERK" => {
                let request = care::ListActivitiesRequest {
                    page_size: 50,
                    ..Default::default()
                };
                let reply = CareServiceClient::new(self.channel.clone())
                    .list_activities(request)
                    .await;
                reply
                    .unwrap()
                    .into_inner()
                    .activities
                    .into_iter()
                    .map(|it| it.division)
                    .collect()
            }
            5 if self.role == "ROLE_COUNTY_CLERK" => {
                let request = publicity::ListEventsRequest {
                    page_size: 50,
                    ..Default::default()
                };
                let reply = PublicityServiceClient::new(self.channel.clone())
                    .list_events(request)
                    .await;
                reply
                    .unwrap()
                    .into_inner()
                    .events
                    .into_iter()
                    .map(|it| it.division)
                    .collect()
            }
            _ => {
                let request = member::ListPeopleRequest {
                    parent: "counties/-".into(),
                    page_size: 200,
                    ..Default::default()
                };
                let reply = member.list_people(request).await.unwrap().into_inner();
                reply
                    .people
                    .into_iter()
                    .map(|person| person.division)
                    .collect()
            }
        };
        let strange = seen
            .iter()
            .filter(|code| {
                code.parse()
                    .is_ok_and(|row: Division| !self.place.covers(&row))
            })
            .count();
        foreign.fetch_add(strange, Ordering::Relaxed);
        seen.len()
    }
}

fn missing(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::NotFound, "{status}");
    Vec::new()
}

/// People of every township, activities and events of every county; the names of the people.
async fn populate(system: &System) -> Vec<String> {
    let channel = |token: String| TestChannel::new(system.session.channel(), Bearer::new(token));
    let affairs = channel(system.token_as("ROLE_MEMBER_AFFAIRS", "410600").await);
    let mut client = MemberServiceClient::new(affairs);
    let mut names = Vec::new();
    for township in TOWNSHIPS {
        let place: Division = township.parse().unwrap();
        for at in 0..PEOPLE {
            let person = member::Person {
                full_name: format!(
                    "{}{}",
                    ["王", "李", "张"][at % 3],
                    ["伟", "芳", "敏", "静"][at % 4]
                ),
                document_kind: member::DocumentKind::None.into(),
                division: township.into(),
                provenance: Some(jianyi_proto::api::v1::Provenance {
                    sources: vec![format!("bench-{township}-{at}")],
                    locations: Vec::new(),
                }),
                ..Default::default()
            };
            let request = member::CreatePersonRequest {
                parent: format!("counties/{}", place.county()),
                person: Some(person),
                ..Default::default()
            };
            names.push(
                client
                    .create_person(request)
                    .await
                    .unwrap()
                    .into_inner()
                    .name,
            );
        }
    }
    let mut care = CareServiceClient::new(channel(system.token_as("ROLE_CARE", "410600").await));
    let mut publicity =
        PublicityServiceClient::new(channel(system.token_as("ROLE_PUBLICITY", "410600").await));
    for (county, at) in COUNTIES.iter().zip(1_u32..) {
        let activity = care::Activity {
            kind: jianyi_proto::care::events::v1::ActivityKind::FreeClinic.into(),
            title: format!("义诊{at}"),
            held_on: format!("2024-06-0{at}"),
            division: (*county).into(),
            ..Default::default()
        };
        let request = care::CreateActivityRequest {
            activity: Some(activity),
            ..Default::default()
        };
        care.create_activity(request).await.unwrap();
        let event = publicity::Event {
            kind: jianyi_proto::publicity::events::v1::EventKind::Other.into(),
            title: format!("宣传活动{at}"),
            held_on: format!("2024-06-0{at}"),
            division: (*county).into(),
            ..Default::default()
        };
        let request = publicity::CreateEventRequest {
            event: Some(event),
            ..Default::default()
        };
        publicity.create_event(request).await.unwrap();
    }
    names
}

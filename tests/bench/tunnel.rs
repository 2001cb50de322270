//! What the way through the bus costs: the same call through the gateway to two counties, one on its port and
//! one through the tunnel, in turn, in one run.

use std::time::Instant;

use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_standalone::world::{EdgeOptions, Mode};
use jianyi_testkit::TestChannel;
use jianyi_tests::System;
use tokio::task::JoinSet;

use crate::figures::{Times, percent};

const ROUNDS: usize = 8;
const CALLS: usize = 50;
/// Both have no records: what differs is the way.
const COUNTIES: [(&str, &str); 2] = [("port", "410622"), ("tunnel", "410621")];

pub(crate) async fn run() {
    let system = System::start_as(Mode::InProcess, |_| {
        let mut edge = EdgeOptions {
            through_the_bus: vec!["410621".into()],
            ..EdgeOptions::default()
        };
        edge.limits.rate_per_second = 0;
        edge
    })
    .await;
    let channel = system.channel().await;
    println!("tunnel: one page of units through the gateway, {ROUNDS} rounds");
    for callers in [1, 16] {
        let mut times: [Times; 2] = Default::default();
        for round in 0..=ROUNDS {
            for at in 0..2 {
                // Each round begins with the other way.
                let at = (at + round) % 2;
                let measured = burst(&channel, COUNTIES[at].1, callers).await;
                // The first round warms up.
                if round > 0 {
                    times[at].extend(measured);
                }
            }
        }
        let [port, _] = &times;
        for ((way, _), times) in COUNTIES.iter().zip(&times) {
            println!(
                "  callers {callers:>2} by {way:<6} {times}  p50 {:>3} % of the port's",
                percent(times.at(500), port.at(500)),
            );
        }
    }
    system.world.stop().await.unwrap();
}

async fn burst(channel: &TestChannel, county: &str, callers: usize) -> Times {
    let mut calling = JoinSet::new();
    for _ in 0..callers {
        let mut client = MemberServiceClient::new(channel.clone());
        let request = pb::ListOrgUnitsRequest {
            parent: format!("counties/{county}"),
            page_size: 10,
            ..Default::default()
        };
        calling.spawn(async move {
            let mut times = Times::default();
            for _ in 0..CALLS {
                let began = Instant::now();
                client.list_org_units(request.clone()).await.unwrap();
                times.add(began.elapsed());
            }
            times
        });
    }
    let mut all = Times::default();
    for times in calling.join_all().await {
        all.extend(times);
    }
    all
}

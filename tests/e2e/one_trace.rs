//! What one call leads to is one trace, from the gateway to the last projection, and nobody can be recognised in it;
//! figures of every instance arrive at the same collector.

use std::collections::BTreeSet;

use jianyi_proto::donation::events::v1::DonorKind;
use jianyi_proto::donation::v1 as donation;
use jianyi_proto::donation::v1::donation_service_client::DonationServiceClient;
use jianyi_standalone::world::ExportOptions;
use jianyi_telemetry::figure::{self, Figure};
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::collector::{Collector, Seen, tree};
use jianyi_tests::{Lenience, PLANTED_NAMES, System, leaks};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use tonic::Request;

use crate::JIANYI;
use crate::people::confirm_hero;

/// The trace that the client is in, and its span.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT: &str = "00f067aa0ba902b7";

/// All that spans may say; each was looked at. A new one belongs here after somebody has asked whose data it could hold.
const MAY_SAY: [&str; 17] = [
    "db.namespace",
    "db.system.name",
    "error.type",
    "jianyi.duplicate",
    "jianyi.events",
    "jianyi.instance",
    "jianyi.outcome",
    "messaging.consumer.group.name",
    "messaging.destination.name",
    "messaging.message.id",
    "messaging.operation.type",
    "messaging.system",
    "rpc.method",
    "rpc.response.status_code",
    "rpc.system.name",
    "task.name",
    "thread.name",
];

/// Figures of counties with sites of their own, of which this story has none.
const OF_SITES: [&Figure; 3] = [
    &figure::COUNTY_REACHABLE,
    &figure::COUNTY_LAG,
    &figure::COUNTY_GAP,
];

/// A donor and a fund.
async fn prepare(channel: TestChannel) -> (String, String) {
    let mut client = DonationServiceClient::new(channel);
    let fund = donation::CreateFundRequest {
        fund: Some(donation::Fund {
            title: "关爱专项".into(),
            ..Default::default()
        }),
        request_id: "fund".into(),
        ..Default::default()
    };
    let fund = client.create_fund(fund).await.unwrap().into_inner().name;
    let donor = donation::CreateDonorRequest {
        donor: Some(donation::Donor {
            kind: DonorKind::Individual.into(),
            display_name: PLANTED_NAMES[0].into(),
            ..Default::default()
        }),
        request_id: "donor".into(),
        ..Default::default()
    };
    let donor = client.create_donor(donor).await.unwrap().into_inner().name;
    (donor, fund)
}

/// A donation within the client's trace.
async fn give(channel: TestChannel, donor: String, fund: String) {
    let mut client = DonationServiceClient::new(channel);
    let gift = donation::CreateDonationRequest {
        donation: Some(donation::Donation {
            donor,
            fund,
            amount_fen: 10_000,
            line_kind: donation::LineKind::Offline.into(),
            received_on: "2024-09-05".into(),
            ..Default::default()
        }),
        request_id: "gift".into(),
        ..Default::default()
    };
    let mut gift = Request::new(gift);
    let context = format!("00-{TRACE}-{CLIENT}-01");
    gift.metadata_mut()
        .insert("traceparent", context.parse().unwrap());
    client.create_donation(gift).await.unwrap();
}

/// From a span up to the root, as `service: name`.
fn way_up(trace: &[Seen], from: &Seen) -> Vec<String> {
    let mut way = Vec::new();
    let mut at = Some(from);
    while let Some(span) = at {
        way.push(format!("{}: {}", span.service(), span.name));
        at = trace.iter().find(|it| it.id == span.parent);
    }
    way
}

fn find<'a>(trace: &'a [Seen], service: &str, name: &str) -> &'a Seen {
    let found = trace
        .iter()
        .find(|span| span.service() == service && span.name == name);
    assert!(found.is_some(), "{service}: {name}\n{}", tree(trace));
    found.unwrap()
}

fn consumers(trace: &[Seen]) -> BTreeSet<&str> {
    trace
        .iter()
        .filter(|span| span.kind == SpanKind::Consumer)
        .map(Seen::service)
        .collect()
}

/// Whether all of a trace has come: each span hangs on another, or on what the client said it was, and these services
/// have handled what it led to.
fn is_whole(trace: &[Seen], root: &str, services: &[&str]) -> bool {
    let hangs = |span: &Seen| span.parent == root || trace.iter().any(|it| it.id == span.parent);
    let handled = consumers(trace);
    trace.iter().all(hangs) && services.iter().all(|service| handled.contains(service))
}

fn has_transaction(trace: &[Seen], consumer: &Seen) -> bool {
    trace
        .iter()
        .any(|span| span.parent == consumer.id && span.name == "transaction")
}

fn nobody_is_in(spans: &[Seen]) {
    for span in spans {
        let names: Vec<&str> = span.attributes.keys().map(String::as_str).collect();
        for name in &names {
            assert!(MAY_SAY.contains(name), "{}: {name}", span.name);
        }
        assert!(span.words.is_empty(), "{}: {:?}", span.name, span.words);
        let found = leaks("a span", format!("{span:?}").as_bytes());
        assert!(found.is_empty(), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g19_what_a_call_leads_to_is_one_trace_and_nobody_is_in_it() {
    let collector = Collector::start().await;
    let export = ExportOptions {
        otlp_endpoint: Some(collector.endpoint()),
        metrics_seconds: Some(1),
    };
    let system = System::start_observed(JIANYI, export).await;
    let channel = system.channel().await;
    let (donor, fund) = prepare(channel.clone()).await;
    // What is handled together has one transaction, and that is in the trace of the first: here each comes alone.
    system.settle().await;
    give(channel.clone(), donor, fund).await;
    system.settle().await;
    confirm_hero(channel.clone(), "410611", "1", false).await;
    system.settle().await;

    // A donation, within the client's own trace.
    let event = "jianyi.donation.events.v1.DonationReceived";
    eventually!({
        let trace = collector.trace(TRACE);
        is_whole(&trace, CLIENT, &["oversight"])
            && has_transaction(
                &trace,
                find(&trace, "oversight", &format!("process {event}")),
            )
    });
    let trace = collector.trace(TRACE);
    println!("one donation:\n{}", tree(&trace));
    let call = "jianyi.donation.v1.DonationService/CreateDonation";
    let projected = find(&trace, "oversight", &format!("process {event}"));
    assert_eq!(
        way_up(&trace, projected),
        [
            &format!("oversight: process {event}"),
            &format!("donation: publish {event}"),
            "donation: transaction",
            &format!("donation: {call}"),
            &format!("gateway: {call}"),
            &format!("gateway: {call}"),
        ]
    );
    assert_eq!(projected.links, std::slice::from_ref(&projected.parent));
    let kinds: Vec<SpanKind> = trace.iter().map(|span| span.kind).take(4).collect();
    let from_the_call_on = [
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Server,
        SpanKind::Client,
    ];
    assert_eq!(kinds, from_the_call_on);
    let gateway = find(&trace, "gateway", call);
    assert_eq!(gateway.parent, CLIENT);
    assert_eq!(gateway.attributes["rpc.response.status_code"], "OK");
    let written = find(&trace, "donation", "transaction");
    assert_eq!(written.attributes["jianyi.outcome"], "committed");
    assert!(trace.iter().all(|span| !span.failed));

    // A hero's confirmation in a county, in a trace that begins at the gateway.
    let confirmed = "jianyi.member.v1.MemberService/CreateHero";
    let followers = ["care", "publicity", "oversight"];
    let of_hero = || {
        let spans = collector.spans();
        let begun = spans
            .iter()
            .find(|span| span.name == confirmed && span.parent.is_empty())?;
        Some(collector.trace(&begun.trace))
    };
    eventually!(of_hero().is_some_and(|trace| is_whole(&trace, "", &followers)));
    let hero = of_hero().unwrap();
    println!("one hero:\n{}", tree(&hero));
    let roots = hero.iter().filter(|span| span.parent.is_empty()).count();
    assert_eq!(roots, 1, "{}", tree(&hero));

    // Traces begin with calls only, and say nothing that could be somebody's.
    for span in collector.spans() {
        let begins = span.parent.is_empty();
        assert!(!begins || span.kind == SpanKind::Server, "{span:?}");
    }
    nobody_is_in(&collector.spans());

    // Figures: all that there are, of every instance, with the labels that are declared and no others.
    let wanted: Vec<&Figure> = figure::ALL
        .into_iter()
        .filter(|figure| !OF_SITES.contains(figure))
        .collect();
    eventually!({
        let figures = collector.figures();
        wanted
            .iter()
            .all(|figure| figures.contains_key(figure.name))
    });
    let figures = collector.figures();
    for (name, points) in &figures {
        let Some(declared) = figure::ALL.into_iter().find(|it| it.name == name) else {
            panic!("nobody declared {name}");
        };
        for labels in points {
            let told = labels
                .keys()
                .all(|it| declared.labels.contains(&it.as_str()));
            assert!(told, "{name}: {labels:?}");
        }
        let found = leaks(name, format!("{points:?}").as_bytes());
        assert!(found.is_empty(), "{found:?}");
    }
    let instances = |figure: &Figure| -> BTreeSet<String> {
        let points = &figures[figure.name];
        let of = |labels: &jianyi_tests::collector::Attributes| labels[figure::INSTANCE].clone();
        points.iter().map(of).collect()
    };
    let all: BTreeSet<String> = system.world.names().into_iter().collect();
    let mut with_database = all.clone();
    with_database.remove("gateway");
    assert_eq!(instances(&figure::OUTBOX_AGE), with_database);
    assert_eq!(instances(&figure::CONNECTIONS), with_database);
    assert!(instances(&figure::CALL_DURATION).contains("gateway"));
    let processes: BTreeSet<String> = collector
        .processes()
        .into_iter()
        .filter_map(|it| Some(it.get("service.instance.id")?.split('@').next()?.to_owned()))
        .collect();
    assert_eq!(processes, all);

    system.finish(Lenience::Strict).await;
}

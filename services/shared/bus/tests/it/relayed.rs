//! Outbox → stream: order, envelope, and what a broker that dies does to them.

use std::collections::BTreeMap;

use async_nats::jetstream;
use futures::StreamExt as _;
use jianyi_bus::{Filter, Notice, watch};
use prost::Message as _;

use crate::world::{CONTEXT, NumberDrawn, World, counted_once, counter, eventually};

#[tokio::test]
async fn events_are_published_in_order_with_a_whole_envelope() {
    let world = World::new().await;
    world.draw("draws/1", 1..=3).await;
    world.relay();
    eventually("published", || async {
        world.bus.stream_last_sequence(CONTEXT).await.unwrap() == 3
    })
    .await;

    let client = async_nats::ConnectOptions::new()
        .user_and_password(
            world.config.nats_user.clone().unwrap(),
            world
                .config
                .nats_password
                .clone()
                .unwrap()
                .expose("test")
                .clone(),
        )
        .connect(&world.config.nats_url)
        .await
        .unwrap();
    let mut stream = jetstream::new(client).get_stream("JY_TALLY").await.unwrap();
    let config = stream.info().await.unwrap().config.clone();
    assert_eq!(config.subjects, ["jianyi.tally.>"]);
    assert!(config.deny_delete);
    for sequence in 1..=3_u64 {
        let message = stream.get_raw_message(sequence).await.unwrap();
        assert_eq!(message.subject.as_str(), "jianyi.tally.410611.number_drawn");
        assert_eq!(
            NumberDrawn::decode(message.payload).unwrap().number,
            i64::try_from(sequence).unwrap()
        );
        let header = |name: &str| {
            message
                .headers
                .get(name)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        assert_eq!(header("Nats-Msg-Id"), header("ce-id"));
        let expected = BTreeMap::from([
            ("ce-specversion", "1.0"),
            ("ce-type", "jianyi.tally.events.v1.NumberDrawn"),
            ("ce-source", "//tally.jianyi/counties/410611"),
            ("ce-subject", "draws/1"),
            ("ce-datacontenttype", "application/protobuf"),
            ("content-type", "application/protobuf"),
            (
                "ce-traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ),
        ]);
        for (name, value) in expected {
            assert_eq!(header(name), value, "{name}");
        }
        assert_eq!(header("ce-sequence"), sequence.to_string());
        assert!(header("ce-time").ends_with('Z'));
    }
    world.stop().await;
}

#[tokio::test]
async fn a_killed_broker_costs_neither_an_event_nor_their_order() {
    let mut world = World::new().await;
    world.relay();
    world.consume(counter());
    world.draw("draws/1", 1..=12).await;
    eventually("first half published", || async {
        world.db.outbox_lag().await.unwrap().pending == 0
    })
    .await;

    world.draw("draws/1", 20..=60).await;
    world.servers.nats.kill9().await;
    world.draw("draws/1", 61..=120).await;
    eventually("noticed", || async { !world.bus.is_connected() }).await;
    world.servers.nats.restart().await.unwrap();
    world.draw("draws/1", 121..=130).await;

    eventually("all published", || async {
        world.db.outbox_lag().await.unwrap().pending == 0
    })
    .await;
    let filter = Filter {
        until_caught_up: true,
        ..Filter::default()
    };
    let seen: Vec<i64> = watch(
        world.bus.clone(),
        &[CONTEXT],
        "".parse().unwrap(),
        filter,
        &world.shutdown,
    )
    .filter_map(|notice| async move {
        match notice {
            Notice::Event(event) => Some(event.sequence),
            Notice::Start(_) | Notice::Lagging { .. } => None,
        }
    })
    .collect()
    .await;
    let drawn: Vec<i64> = (1..=12).chain(20..=130).collect();
    assert_eq!(seen, drawn);
    eventually("all counted", || async {
        world.tally().await == counted_once((1..=12).chain(20..=130))
    })
    .await;
    world.stop().await;
}

#[tokio::test]
async fn a_killed_database_costs_no_event() {
    let mut world = World::new().await;
    world.relay();
    world.consume(counter());
    world.draw("draws/1", 1..=12).await;
    eventually("counted", || async {
        world.tally().await == counted_once(1..=12)
    })
    .await;

    world.servers.postgres.kill9().await;
    world.servers.postgres.restart().await.unwrap();
    // The pool may still hold connections that are dead.
    eventually("back", || async {
        world.db.dead_letter_count().await.is_ok()
    })
    .await;
    for number in 20..=30 {
        eventually("drawn", || async {
            let call = jianyi_kernel::Call::background("test", "draw");
            let Ok(mut uow) = world.db.begin_background(&call).await else {
                return false;
            };
            let event = NumberDrawn { number };
            uow.emit(jianyi_db::NewEvent::of(
                &event,
                "draws/1",
                &crate::world::division("410611"),
                number,
            ));
            uow.commit_background().await.is_ok()
        })
        .await;
    }
    eventually("counted", || async {
        world.tally().await == counted_once((1..=12).chain(20..=30))
    })
    .await;
    world.stop().await;
}

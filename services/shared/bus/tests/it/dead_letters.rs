//! Events that cannot be handled are set aside with a reason, hold up nobody, and can be replayed.

use jianyi_bus::replay;
use jianyi_kernel::Fault;

use crate::world::{UNLUCKY, World, counted_once, counter, eventually};

#[tokio::test]
async fn a_poisoned_event_is_set_aside_and_replayed() {
    let world = World::new().await;
    world.relay();
    world.draw("draws/1", [12, UNLUCKY, 14]).await;
    world.consume(counter());
    eventually("others counted", || async {
        world.tally().await == counted_once([12, 14])
    })
    .await;
    eventually("set aside", || async {
        world.db.dead_letter_count().await.unwrap() == 1
    })
    .await;
    let letter = world.db.dead_letters(10).await.unwrap().remove(0);
    assert_eq!(
        (letter.consumer.as_str(), letter.error.as_str()),
        ("counter", "REFUSED UNLUCKY")
    );
    assert_eq!(
        (letter.resource.as_str(), letter.division.as_str()),
        ("draws/1", "410611")
    );
    assert_eq!((letter.version, letter.stream_sequence), (UNLUCKY, 2));

    let subscriptions = [counter()];
    let again = replay(&world.db, &subscriptions, "counter", letter.event_id).await;
    assert!(matches!(again, Err(Fault::Refused(_))), "{again:?}");
    assert_eq!(world.db.dead_letter_count().await.unwrap(), 1);

    world.forgive(UNLUCKY).await;
    replay(&world.db, &subscriptions, "counter", letter.event_id)
        .await
        .unwrap();
    assert_eq!(world.tally().await, counted_once([12, UNLUCKY, 14]));
    assert_eq!(world.db.dead_letter_count().await.unwrap(), 0);
    let gone = replay(&world.db, &subscriptions, "counter", letter.event_id).await;
    assert!(matches!(gone, Err(Fault::NotFound(_))), "{gone:?}");
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_and_what_is_unknown_is_let_pass() {
    let world = World::new().await;
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
    let streams = async_nats::jetstream::new(client);
    let subject = "jianyi.tally.410611.number_drawn";
    // No envelope at all; then a whole one around rubbish; then a type of a later version.
    streams
        .publish(subject, "x".into())
        .await
        .unwrap()
        .await
        .unwrap();
    for (type_name, payload) in [
        ("jianyi.tally.events.v1.NumberDrawn", "\u{7}rubbish"),
        ("jianyi.tally.events.v2.NumberDrawn", ""),
    ] {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("ce-id", world.db.clock().new_uuid().to_string());
        headers.insert("ce-type", type_name);
        headers.insert("ce-subject", "draws/1");
        headers.insert("ce-sequence", "1");
        headers.insert("ce-time", "2024-12-31T00:00:00Z");
        streams
            .publish_with_headers(subject, headers, payload.into())
            .await
            .unwrap()
            .await
            .unwrap();
    }
    world.consume(counter());
    world.relay();
    world.draw("draws/1", [5]).await;
    eventually("counted", || async {
        world.tally().await == counted_once([5])
    })
    .await;
    eventually("set aside", || async {
        world.db.dead_letter_count().await.unwrap() == 2
    })
    .await;
    let letters = world.db.dead_letters(10).await.unwrap();
    assert!(
        letters.iter().all(|letter| letter.error == "UNDECODABLE"),
        "{letters:?}"
    );
    assert_eq!(world.bus.unknown_events(), 1);
    world.stop().await;
}

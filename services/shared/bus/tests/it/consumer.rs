//! Stream → inbox: repeated delivery, consumers that vanish, lag.

use jianyi_bus::{HandlerFuture, RawEvent, Received, Subscription};

use crate::world::{CONTEXT, SHY, World, counted_once, counter, eventually};

#[tokio::test]
async fn an_event_delivered_ten_times_has_one_effect() {
    let world = World::new().await;
    world.relay();
    world.draw("draws/1", 1..=12).await;
    let subscription = counter();
    world.consume(subscription.clone());
    eventually("counted", || async {
        world.tally().await == counted_once(1..=12)
    })
    .await;
    for _ in 0..10 {
        // A consumer that is made anew gets everything again.
        world.bus.delete_consumer(CONTEXT, "counter").await.unwrap();
        eventually("delivered again", || async {
            let lag = world.bus.consumer_lag(&[&subscription]).await.unwrap();
            lag.first()
                .is_some_and(|lag| lag.pending == 0 && lag.in_flight == 0)
        })
        .await;
    }
    assert_eq!(world.tally().await, counted_once(1..=12));
    world.draw("draws/1", 20..=25).await;
    eventually("counted", || async {
        world.tally().await == counted_once((1..=12).chain(20..=25))
    })
    .await;
    world.stop().await;
}

#[tokio::test]
async fn what_may_pass_is_tried_until_it_passes_and_holds_up_nobody() {
    let world = World::new().await;
    world.relay();
    world.consume(counter());
    world.draw("draws/1", [SHY, 18, 19]).await;
    eventually("others counted", || async {
        world.tally().await == counted_once([18, 19])
    })
    .await;
    world.forgive(SHY).await;
    eventually("all counted", || async {
        world.tally().await == counted_once([SHY, 18, 19])
    })
    .await;
    assert_eq!(world.db.dead_letter_count().await.unwrap(), 0);
    world.stop().await;
}

fn count_raw<'a>(
    uow: &'a mut jianyi_db::Uow,
    received: &'a Received<RawEvent>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        assert_eq!(
            received.event.type_name,
            "jianyi.tally.events.v1.NumberDrawn"
        );
        sqlx::query("insert into tally (number) values ($1)")
            .bind(i64::try_from(received.stream_sequence).unwrap())
            .execute(uow.conn())
            .await?;
        Ok(())
    })
}

#[tokio::test]
async fn a_consumer_of_everything_sees_types_it_does_not_know() {
    let world = World::new().await;
    world.relay();
    world.draw("draws/1", 1..=3).await;
    // The stream is not declared yet when this one starts to wait for it.
    world.consume(Subscription::all("early", "later", count_raw));
    world.consume(Subscription::all("projection", CONTEXT, count_raw));
    eventually("seen", || async {
        world.tally().await == counted_once(1..=3)
    })
    .await;
    world.bus.declare_stream("later").await.unwrap();
    let early = Subscription::all("early", "later", count_raw);
    eventually("waiting", || async {
        world.bus.consumer_lag(&[&early]).await.unwrap().len() == 1
    })
    .await;
    world.stop().await;
}

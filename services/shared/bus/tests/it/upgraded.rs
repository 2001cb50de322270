//! Two versions of one consumer side by side: the older neither narrows the filter nor swallows what is new.

use jianyi_bus::{Bus, HandlerFuture, Received, Subscription, consume};
use jianyi_telemetry::{Shutdown, task};
use tokio::task::JoinHandle;

use crate::world::{SecretDrawn, World, counted_once, counter, eventually};

/// The next version of `counter`: it knows one more type.
fn next_counter() -> Subscription {
    counter().on(count_secret)
}

fn count_secret<'a>(
    uow: &'a mut jianyi_db::Uow,
    received: &'a Received<SecretDrawn>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        sqlx::query("insert into tally (number) values ($1) on conflict (number) do update set times = tally.times + 1")
            .bind(received.event.number)
            .execute(uow.conn())
            .await?;
        Ok(())
    })
}

/// An instance with a connection of its own, that stops by itself.
async fn instance(world: &World, subscription: Subscription) -> (Shutdown, JoinHandle<()>) {
    let shutdown = Shutdown::new();
    let bus = Bus::connect(&world.config, "instance").await.unwrap();
    let consumer = consume(bus, world.db.clone(), subscription, shutdown.clone());
    (shutdown, task::spawn("consume", consumer))
}

async fn stop((shutdown, running): (Shutdown, JoinHandle<()>)) {
    shutdown.trigger();
    running.await.unwrap();
}

#[tokio::test]
async fn new_event_types_are_not_lost_while_two_versions_run_side_by_side() {
    let world = World::new().await;
    world.relay();
    let new = instance(&world, next_counter()).await;
    world.draw("draws/1", [1]).await;
    eventually("the new version counts", || async {
        world.tally().await == counted_once([1])
    })
    .await;
    // The older one starts again beside it, and then is alone for a while.
    let old = instance(&world, counter()).await;
    world.draw("draws/1", [2]).await;
    eventually("both count", || async {
        world.tally().await == counted_once([1, 2])
    })
    .await;
    stop(new).await;
    for number in 100..110 {
        let secret = SecretDrawn { number };
        world.emit(&secret, "draws/2", number).await;
    }
    world.draw("draws/1", [3, 4]).await;
    eventually("the older one counts what it knows", || async {
        world.tally().await == counted_once([1, 2, 3, 4])
    })
    .await;
    let new = instance(&world, next_counter()).await;
    for number in 110..120 {
        let secret = SecretDrawn { number };
        world.emit(&secret, "draws/2", number).await;
    }
    eventually("nothing was passed over", || async {
        world.tally().await == counted_once((1..=4).chain(100..120))
    })
    .await;
    let lag = world.bus.consumer_lag(&[&next_counter()]).await.unwrap();
    assert_eq!(lag.first().unwrap().pending, 0);
    assert_eq!(world.db.dead_letter_count().await.unwrap(), 0);
    stop(old).await;
    stop(new).await;
    world.stop().await;
}

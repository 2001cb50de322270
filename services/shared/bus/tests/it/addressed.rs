//! Events addressed to one county, or to all: handled like others, shown to nobody who only watches.

use futures::StreamExt as _;
use jianyi_bus::{Cursor, Filter, Notice, watch};
use jianyi_db::NewEvent;
use jianyi_kernel::Call;

use crate::world::{CONTEXT, NumberDrawn, World, counted_once, counter, division, eventually};

#[tokio::test]
async fn an_addressed_event_is_handled_once_and_is_no_news() {
    let world = World::new().await;
    world.relay();
    world.consume(counter());
    let call = Call::background("test", "draw");
    let mut uow = world.db.begin_background(&call).await.unwrap();
    let of = |number| {
        let event = NumberDrawn { number };
        let resource = format!("draws/{number}");
        NewEvent::of(&event, &resource, &division("410600"), number)
    };
    uow.emit(of(1));
    uow.emit(of(2).addressed_to(&division("410622103")));
    uow.emit(of(3).addressed_to_all());
    uow.commit_background().await.unwrap();
    eventually("counted", || async {
        world.tally().await == counted_once(1..=3)
    })
    .await;

    let filter = Filter {
        until_caught_up: true,
        ..Filter::default()
    };
    let seen: Vec<i64> = watch(
        world.bus.clone(),
        &[CONTEXT],
        Cursor::beginning(),
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
    assert_eq!(seen, [1]);
    world.stop().await;
}

//! Reading streams live: resuming, hiding, catching up, a broker that dies.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use jianyi_bus::{Cursor, Filter, Notice, Watched, watch};
use tokio::time::timeout;

use crate::world::{CONTEXT, SecretDrawn, World, division, eventually};

fn watching(world: &World, cursor: &str, filter: Filter) -> BoxStream<'static, Notice> {
    let contexts = [CONTEXT, "never_declared"];
    watch(
        world.bus.clone(),
        &contexts,
        cursor.parse().unwrap(),
        filter,
        &world.shutdown,
    )
}

async fn next(stream: &mut BoxStream<'static, Notice>) -> Option<Watched> {
    loop {
        match timeout(Duration::from_secs(30), stream.next())
            .await
            .expect("nothing came")?
        {
            Notice::Event(event) => return Some(*event),
            Notice::Start(_) | Notice::Lagging { .. } => {}
        }
    }
}

fn history() -> Filter {
    Filter {
        until_caught_up: true,
        deny: vec!["secret_drawn".into()],
        ..Filter::default()
    }
}

#[tokio::test]
async fn a_watcher_resumes_without_gap_or_repeat_and_never_sees_what_is_denied() {
    let mut world = World::new().await;
    world.relay();
    world.draw("draws/1", 1..=10).await;
    world.emit(&SecretDrawn { number: 99 }, "draws/2", 99).await;
    world.draw("draws/1", 11..=20).await;
    eventually("published", || async {
        world.db.outbox_lag().await.unwrap().pending == 0
    })
    .await;

    // Broken off after every third event and resumed where it stopped.
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    'all: loop {
        let mut stream = watching(&world, &cursor, history());
        for _ in 0..3 {
            let Some(event) = next(&mut stream).await else {
                break 'all;
            };
            cursor = event.cursor.to_string();
            assert_eq!(event.source, "//tally.jianyi/counties/410611");
            assert_eq!(event.subject_resource, "draws/1");
            seen.push(event.sequence);
        }
    }
    assert_eq!(seen, (1..=20).collect::<Vec<i64>>());

    // Live, while the broker dies and comes back.
    let live = Filter {
        deny: vec!["secret_drawn".into()],
        ..Filter::default()
    };
    let mut stream = watching(&world, &cursor, live);
    world.draw("draws/1", 21..=25).await;
    for expected in 21..=25 {
        assert_eq!(next(&mut stream).await.unwrap().sequence, expected);
    }
    world.servers.nats.kill9().await;
    world.draw("draws/1", 26..=30).await;
    world.servers.nats.restart().await.unwrap();
    for expected in 26..=30 {
        assert_eq!(next(&mut stream).await.unwrap().sequence, expected);
    }
    world.stop().await;
}

#[tokio::test]
async fn a_watcher_sees_only_what_it_asks_for_from_now_on() {
    let world = World::new().await;
    world.relay();
    world.draw("draws/1", 1..=5).await;
    eventually("published", || async {
        world.db.outbox_lag().await.unwrap().pending == 0
    })
    .await;

    let types = vec!["jianyi.tally.events.v1.SecretDrawn".into()];
    let filter = Filter {
        types,
        divisions: vec![division("410611")],
        ..Filter::default()
    };
    let mut stream = watching(&world, &Cursor::latest().to_string(), filter.clone());
    let elsewhere = Filter {
        divisions: vec![division("410622")],
        until_caught_up: true,
        ..Filter::default()
    };
    assert!(next(&mut watching(&world, "", elsewhere)).await.is_none());
    let start = stream.next().await.unwrap();
    let Notice::Start(start) = start else {
        panic!("{start:?}");
    };
    assert_eq!(start.to_string(), "latest.tally:5");
    world.draw("draws/1", 6..=7).await;
    world.emit(&SecretDrawn { number: 8 }, "draws/2", 8).await;
    let event = next(&mut stream).await.unwrap();
    assert_eq!(
        (event.sequence, event.cursor.to_string().as_str()),
        (8, "latest.tally:8")
    );
    world.stop().await;
}

#[tokio::test]
async fn a_watcher_that_is_behind_is_told_so() {
    let world = World::new().await;
    world.relay();
    for start in 0..20 {
        let call = jianyi_kernel::Call::background("test", "draw");
        let mut uow = world.db.begin_background(&call).await.unwrap();
        for number in start * 100..start * 100 + 100 {
            let (event, resource) = (SecretDrawn { number }, format!("draws/{number}"));
            uow.emit(jianyi_db::NewEvent::of(
                &event,
                &resource,
                &division("410600"),
                1,
            ));
        }
        uow.commit_background().await.unwrap();
    }
    eventually("published", || async {
        world.db.outbox_lag().await.unwrap().pending == 0
    })
    .await;
    let filter = Filter {
        until_caught_up: true,
        ..Filter::default()
    };
    let notices: Vec<Notice> = watching(&world, "", filter).collect().await;
    let told = notices
        .iter()
        .filter(|notice| matches!(notice, Notice::Lagging { pending } if *pending >= 1000));
    assert!(told.count() >= 1);
    assert_eq!(
        notices
            .iter()
            .filter(|notice| matches!(notice, Notice::Event(_)))
            .count(),
        2000
    );
    world.stop().await;
}

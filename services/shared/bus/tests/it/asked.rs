//! Questions over a real broker: answered, unheard, too many, too late, and cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use jianyi_bus::{Bus, Desk, Letter, NoAnswer, Question};
use jianyi_telemetry::{Shutdown, task};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::world::{World, eventually};

const LONG: Duration = Duration::from_secs(20);

fn letter(payload: &str) -> Letter {
    Letter {
        headers: vec![
            ("h.x-twice".into(), "1".into()),
            ("h.x-twice".into(), "2".into()),
        ],
        payload: Bytes::copy_from_slice(payload.as_bytes()),
    }
}

fn desk(most: usize) -> Desk {
    Desk {
        subjects: vec!["rpc.410621.One.*".into(), "rpc.410621.Two.*".into()],
        group: "member".into(),
        most,
        refusal: Letter {
            payload: Bytes::from_static(b"busy"),
            ..Letter::default()
        },
    }
}

/// Answers with what was asked, once it gets leave.
struct Echo {
    leave: Arc<Semaphore>,
    begun: Arc<AtomicUsize>,
    shutdown: Shutdown,
    running: JoinHandle<()>,
}

impl Echo {
    async fn start(world: &World, most: usize) -> Self {
        let leave = Arc::new(Semaphore::new(0));
        let begun = Arc::new(AtomicUsize::new(0));
        let shutdown = Shutdown::new();
        let bus = Bus::connect(&world.config, "echo").await.unwrap();
        let (gate, count, stop) = (leave.clone(), begun.clone(), shutdown.clone());
        let running = task::spawn("echo", async move {
            let handler = move |question: Question| {
                let (gate, count) = (gate.clone(), count.clone());
                async move {
                    count.fetch_add(1, Ordering::SeqCst);
                    gate.acquire().await.ok()?.forget();
                    (question.letter.payload != "silence").then_some(question.letter)
                }
            };
            bus.answer(desk(most), handler, stop).await;
        });
        eventually("heard", || async {
            // It hears as soon as a question is not unheard.
            let asked = world
                .bus
                .ask("rpc.410621.One.X", letter(""), Duration::from_millis(50));
            asked.await == Err(NoAnswer::TimedOut)
        })
        .await;
        begun.store(0, Ordering::SeqCst);
        // The one that found out took a place and waits for leave.
        leave.add_permits(1);
        Self {
            leave,
            begun,
            shutdown,
            running,
        }
    }
}

#[tokio::test]
async fn a_question_gets_its_own_answer_and_one_that_nobody_hears_comes_back_at_once() {
    let world = World::new().await;
    let began = Instant::now();
    let unheard = world.bus.ask("rpc.410621.One.X", letter("x"), LONG).await;
    assert_eq!(unheard, Err(NoAnswer::NoResponders));
    assert!(
        began.elapsed() < Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );

    let echo = Echo::start(&world, 512).await;
    echo.leave.add_permits(200);
    let mut asking = JoinSet::new();
    for n in 0..64 {
        let bus = world.bus.clone();
        let service = if n % 2 == 0 { "One" } else { "Two" };
        asking.spawn(async move {
            let asked = letter(&n.to_string());
            let answer = bus
                .ask(&format!("rpc.410621.{service}.X"), asked.clone(), LONG)
                .await;
            assert_eq!(answer, Ok(asked));
        });
    }
    asking.join_all().await;
    let silent = world.bus.ask(
        "rpc.410621.One.X",
        letter("silence"),
        Duration::from_millis(200),
    );
    assert_eq!(silent.await, Err(NoAnswer::TimedOut));
    world.stop().await;
}

#[tokio::test]
async fn two_of_a_group_share_the_questions() {
    let world = World::new().await;
    let (one, two) = (
        Echo::start(&world, 512).await,
        Echo::start(&world, 512).await,
    );
    one.leave.add_permits(500);
    two.leave.add_permits(500);
    for n in 0..100 {
        let asked = letter(&n.to_string());
        let answer = world.bus.ask("rpc.410621.One.X", asked.clone(), LONG).await;
        assert_eq!(answer, Ok(asked));
    }
    let (one, two) = (
        one.begun.load(Ordering::SeqCst),
        two.begun.load(Ordering::SeqCst),
    );
    assert!(one > 0 && two > 0, "{one} {two}");
    world.stop().await;
}

#[tokio::test]
async fn more_at_a_time_than_are_wanted_are_refused_at_once() {
    let world = World::new().await;
    let echo = Echo::start(&world, 2).await;
    eventually("both places free", || async {
        echo.leave.available_permits() == 0
    })
    .await;
    let mut asking = JoinSet::new();
    for _ in 0..2 {
        let bus = world.bus.clone();
        asking.spawn(async move { bus.ask("rpc.410621.One.X", letter("x"), LONG).await });
    }
    eventually("two begun", || async {
        echo.begun.load(Ordering::SeqCst) == 2
    })
    .await;
    let third = world.bus.ask("rpc.410621.One.X", letter("x"), LONG).await;
    assert_eq!(third.unwrap().payload, "busy");
    echo.leave.add_permits(2);
    for answer in asking.join_all().await {
        assert_eq!(answer, Ok(letter("x")));
    }
    world.stop().await;
}

#[tokio::test]
async fn whoever_stops_answers_what_he_has_heard_and_hears_no_more() {
    let world = World::new().await;
    let echo = Echo::start(&world, 512).await;
    let mut asking = JoinSet::new();
    for _ in 0..16 {
        let bus = world.bus.clone();
        asking.spawn(async move { bus.ask("rpc.410621.One.X", letter("x"), LONG).await });
    }
    eventually("all begun", || async {
        echo.begun.load(Ordering::SeqCst) == 16
    })
    .await;
    echo.shutdown.trigger();
    eventually("no longer heard", || async {
        let asked = world.bus.ask(
            "rpc.410621.One.X",
            letter("late"),
            Duration::from_millis(50),
        );
        asked.await == Err(NoAnswer::NoResponders)
    })
    .await;
    echo.leave.add_permits(100);
    for answer in asking.join_all().await {
        assert_eq!(answer, Ok(letter("x")));
    }
    echo.running.await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_broker_that_goes_away_leaves_nobody_waiting() {
    let mut world = World::new().await;
    let echo = Echo::start(&world, 512).await;
    let bus = world.bus.clone();
    let asking = task::spawn("asking", async move {
        bus.ask("rpc.410621.One.X", letter("x"), LONG).await
    });
    eventually("begun", || async { echo.begun.load(Ordering::SeqCst) == 1 }).await;
    let began = Instant::now();
    world.servers.nats.kill9().await;
    assert_eq!(asking.await.unwrap(), Err(NoAnswer::Away));
    let away = world.bus.ask("rpc.410621.One.X", letter("x"), LONG).await;
    assert_eq!(away, Err(NoAnswer::Away));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );

    world.servers.nats.restart().await.unwrap();
    echo.leave.add_permits(100);
    eventually("answered again", || async {
        let asked = world
            .bus
            .ask("rpc.410621.One.X", letter("again"), Duration::from_secs(1));
        asked.await == Ok(letter("again"))
    })
    .await;
    world.stop().await;
}

#[tokio::test]
async fn what_the_broker_does_not_carry_is_not_sent_and_the_connection_lives() {
    let world = World::new().await;
    let echo = Echo::start(&world, 512).await;
    echo.leave.add_permits(100);
    let most = world.bus.largest();
    assert_eq!(most, 1024 * 1024);
    let filled = |over: usize| {
        let mut letter = letter("");
        letter.payload = vec![7; most - letter.weight() + over].into();
        letter
    };
    let ask = |letter| world.bus.ask("rpc.410621.One.X", letter, LONG);
    assert_eq!(ask(filled(1)).await, Err(NoAnswer::TooLarge));
    assert_eq!(ask(filled(0)).await, Ok(filled(0)));
    let mut hostile = letter("x");
    hostile
        .headers
        .push(("h.x".into(), "1\r\nNats-Trace-Dest: spy".into()));
    assert_eq!(ask(hostile).await, Err(NoAnswer::Malformed));
    assert_eq!(
        world.bus.ask("rpc.410621.One X", letter("x"), LONG).await,
        Err(NoAnswer::Malformed)
    );
    assert_eq!(ask(letter("x")).await, Ok(letter("x")));
    world.stop().await;
}

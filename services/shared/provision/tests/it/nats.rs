//! NATS alone: what each role may do, suspension, kills, the store across restarts.

use std::time::Duration;

use async_nats::jetstream::{self, stream::Config};
use async_nats::{Client, ConnectOptions, Subscriber};
use futures::StreamExt;
use jianyi_provision::{Ephemeral, Error, Nats, Options, Role, Secrets};
use tokio::time::timeout;

async fn start(dir: &Ephemeral, port: u16) -> Result<Nats, Error> {
    let secrets = Secrets::load_or_create(dir.layout())?;
    Nats::start(dir.layout(), &Options::default(), &secrets, port).await
}

async fn client(nats: &Nats, role: Role) -> Client {
    let (user, password) = nats.user_password(role).unwrap();
    ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned())
        .connect(nats.url())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_dashboard_hears_all_but_the_sealed_and_says_nothing() {
    let dir = Ephemeral::new().unwrap();
    let nats = start(&dir, 0).await.unwrap();
    let services = client(&nats, Role::Jianyi).await;
    let dashboard = client(&nats, Role::Dashboard).await;
    let mut heard = dashboard.subscribe("jianyi.>").await.unwrap();
    let mut all = services.subscribe("jianyi.>").await.unwrap();
    // A subscription is not acknowledged, so speak until both are heard.
    for ear in [&mut heard, &mut all] {
        let said = || services.publish("jianyi.member.410611.hello", "x".into());
        said().await.unwrap();
        while timeout(Duration::from_millis(100), ear.next())
            .await
            .is_err()
        {
            said().await.unwrap();
        }
    }
    dashboard
        .publish("jianyi.member.410611.forged", "x".into())
        .await
        .unwrap();
    dashboard.flush().await.unwrap();
    let events = [
        "sealed_hero_confirmed",
        "sealed_hero_ended",
        "hero_sealed",
        "member_joined",
    ];
    for event in events {
        services
            .publish(format!("jianyi.member.410611.{event}"), "x".into())
            .await
            .unwrap();
    }
    assert_eq!(until_last(&mut heard).await, ["member_joined"]);
    assert_eq!(until_last(&mut all).await, events);
    let nobody = async_nats::connect(nats.url()).await;
    assert!(nobody.is_err(), "without a password nobody comes in");
    nats.stop().await.unwrap();
}

/// The events up to `member_joined`, without the greetings.
async fn until_last(ear: &mut Subscriber) -> Vec<String> {
    let mut events = Vec::new();
    while events.last().is_none_or(|event| event != "member_joined") {
        let message = timeout(Duration::from_secs(5), ear.next())
            .await
            .unwrap()
            .unwrap();
        let event = message.subject.rsplit('.').next().unwrap().to_owned();
        if event != "hello" {
            events.push(event);
        }
    }
    events
}

#[tokio::test]
async fn the_store_survives_suspension_kill_and_being_left_behind() {
    let dir = Ephemeral::new().unwrap();
    let mut nats = start(&dir, 0).await.unwrap();
    let port = nats.port();
    let js = jetstream::new(client(&nats, Role::Jianyi).await);
    js.create_stream(Config {
        name: "T".into(),
        subjects: vec!["jianyi.>".into()],
        ..Config::default()
    })
    .await
    .unwrap();
    js.publish("jianyi.a", "1".into())
        .await
        .unwrap()
        .await
        .unwrap();

    nats.suspend().await;
    let unanswered = timeout(Duration::from_millis(300), js.get_stream("T")).await;
    assert!(!matches!(unanswered, Ok(Ok(_))));
    nats.resume();
    nats.kill9().await;
    assert_eq!(nats.pid(), None);
    nats.restart().await.unwrap();
    assert_eq!(nats.port(), port);

    let left = nats.pid().unwrap();
    std::mem::forget(nats);
    let nats = start(&dir, port).await.unwrap();
    assert_ne!(nats.pid(), Some(left));
    let js = jetstream::new(client(&nats, Role::Jianyi).await);
    let stream = js.get_stream("T").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 1);

    let other = Ephemeral::new().unwrap();
    assert!(matches!(start(&other, port).await, Err(Error::PortTaken { port: p }) if p == port));
    // Suspended servers stop too.
    nats.suspend().await;
    nats.stop().await.unwrap();
}

//! An event that cannot be handled goes to the dead letters, holds nobody up, and can be replayed.

use jianyi_proto::member::events::v1::HeroConfirmed;
use jianyi_proto::ops::v1 as ops;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use jianyi_testkit::eventually;
use jianyi_tests::{Lenience, System, jianyi};
use prost::Name as _;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::hero_confirmed::{bus_policy, grant_bus};
use crate::people::confirm_hero;
use crate::{JIANYI, bus};

async fn run(args: &[&str]) -> std::process::Output {
    jianyi(JIANYI, args).output().await.unwrap()
}

async fn text(args: &[&str]) -> String {
    let output = run(args).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g08_a_poison_event_is_set_aside_and_replayed_once_it_is_mended() {
    let system = System::start().await;
    let channel = system.channel().await;
    let jetstream = bus::jetstream_of(&system).await;
    let hero = format!("counties/410602/heroes/{}", Uuid::new_v4());
    let poison = Uuid::new_v4();
    // Field 1 with a length that runs past the end: no message of any type.
    bus::publish_raw(
        &jetstream,
        poison,
        &HeroConfirmed::full_name(),
        vec![0x0a, 0xff],
        &hero,
        "410602",
        1,
    )
    .await;

    // What comes after it is handled all the same.
    let policy = bus_policy(channel.clone()).await.name;
    let good = confirm_hero(channel.clone(), "410602", "1", false).await;
    grant_bus(channel.clone(), &policy, &good.name, "CARD-1").await;

    let mut operator = OpsServiceClient::new(channel.clone());
    let list = || ops::ListDeadLettersRequest {
        service: "care".into(),
    };
    eventually!(
        !operator
            .list_dead_letters(list())
            .await
            .unwrap()
            .into_inner()
            .dead_letters
            .is_empty()
    );
    let letters = operator
        .list_dead_letters(list())
        .await
        .unwrap()
        .into_inner()
        .dead_letters;
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].event_id.as_str(), letters[0].resource.as_str()),
        (poison.to_string().as_str(), hero.as_str())
    );
    let replay = ops::ReplayDeadLetterRequest {
        service: "care".into(),
        consumer: letters[0].consumer.clone(),
        event_id: poison.to_string(),
        ..Default::default()
    };
    assert!(
        operator.replay_dead_letter(replay).await.is_err(),
        "it is still poison"
    );
    // The operator's command says the same.
    let event = poison.to_string();
    let dir = system.data_dir().to_str().unwrap();
    // Everybody who listens set it aside; each is shown, or one alone.
    let shown = ["dead-letters", "list", "--data-dir", dir];
    eventually!({
        let lines = text(&shown).await;
        let of = |service: &str| lines.lines().any(|line| line.starts_with(service));
        of("care ") && of("oversight ") && of("publicity ")
    });
    let lines = text(&[&shown[..], &["--services", "care"]].concat()).await;
    let line = lines.lines().nth(1).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert!(
        line.starts_with("care ") && line.contains(&event) && line.contains("UNDECODABLE"),
        "{lines}"
    );
    let again = ["dead-letters", "replay", "care", &event, "--data-dir", dir];
    let refused = run(&again).await;
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let unknown = Uuid::new_v4().to_string();
    let nobody = [
        "dead-letters",
        "replay",
        "care",
        &unknown,
        "--data-dir",
        dir,
    ];
    let missing = run(&nobody).await;
    assert_eq!(missing.status.code(), Some(1), "{missing:?}");
    assert!(String::from_utf8_lossy(&missing.stderr).contains(&unknown));

    // An operator mends the stored copy and replays it.
    let mended = HeroConfirmed {
        fact: Some(jianyi_proto::api::v1::Fact {
            division: "410602".into(),
            on: "2024-04-01".into(),
            occurrences: 1,
            ..Default::default()
        }),
        hero: hero.clone(),
    };
    let mut sql = PgConnection::connect(&system.world.database_url("care").unwrap())
        .await
        .unwrap();
    sqlx::query("update dead_letter set data = $1 where event_id = $2")
        .bind(prost::Message::encode_to_vec(&mended))
        .bind(poison)
        .execute(&mut sql)
        .await
        .unwrap();
    let replayed = run(&["dead-letters", "replay", "care", "--all", "--data-dir", dir]).await;
    assert!(replayed.status.success(), "{replayed:?}");
    grant_bus(channel, &policy, &hero, "CARD-2").await;
    assert!(
        operator
            .list_dead_letters(list())
            .await
            .unwrap()
            .into_inner()
            .dead_letters
            .is_empty()
    );
    system.finish(Lenience::DeadLetters).await;
}

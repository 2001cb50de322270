//! A site is lost and comes back: real servers, a real backup, and a world that has gone on meanwhile.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on is a test that failed"
)]

mod sites;

use std::path::Path;
use std::time::{Duration, Instant};

use jianyi_backup::{
    BackupError, Database, Files, Kept, Passphrase, Site, Target, back_up, files, restore, verify,
};
use jianyi_bus::{Bus, BusConfig};
use jianyi_db::{Algorithm, AuditHash, Db, DbConfig, NewEvent};
use jianyi_kernel::{Call, Clock, Division, Pii};
use jianyi_provision::{Ephemeral, Nats, Options, Ports, Provisioned, Role, up};
use jianyi_telemetry::{Shutdown, task};
use prost::Message;
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection};

#[derive(Clone, PartialEq, Message)]
struct Said {
    #[prost(int64, tag = "1")]
    number: i64,
}

impl prost::Name for Said {
    const NAME: &'static str = "Said";
    const PACKAGE: &'static str = "jianyi.tally.events.v1";
}

struct Running {
    servers: Provisioned,
    db: Db,
    bus: Bus,
    shutdown: Shutdown,
}

fn bus_config(servers: &Provisioned) -> BusConfig {
    config_of(&servers.nats)
}

fn config_of(nats: &Nats) -> BusConfig {
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    BusConfig {
        nats_url: nats.url(),
        nats_user: Some(user.into()),
        nats_password: Some(Pii::new(password.into())),
    }
}

/// What a backup kept of a data directory, into another one.
fn write(kept: &Kept, place: &Path) {
    for (name, content) in kept {
        let path = place.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

fn databases(servers: &Provisioned) -> Vec<Database> {
    vec![Database {
        name: "member/410621".into(),
        url: Pii::new(servers.postgres.url_for("tally")),
    }]
}

async fn servers(dir: &Path) -> Provisioned {
    let servers = up(dir, &Options::default(), Ports::default())
        .await
        .unwrap();
    servers.postgres.ensure_databases(&["tally"]).await.unwrap();
    servers
}

/// The service of a site: a database, and a relay that publishes what is committed.
async fn serve(servers: Provisioned) -> Running {
    let config = DbConfig {
        database_url: Pii::new(servers.postgres.application_url_for("tally").unwrap()),
        database_owner_url: Some(Pii::new(servers.postgres.url_for("tally"))),
        field_key: Some(Pii::new(servers.secrets.master_key().to_owned())),
        field_key_file: None,
        field_algorithm: Algorithm::default(),
        database_connections: 4,
        audit_hash: AuditHash::default(),
    };
    let db = Db::connect(&config, Clock::system()).await.unwrap();
    db.migrate(&Migrator::with_migrations(Vec::new()))
        .await
        .unwrap();
    let bus = Bus::connect(&bus_config(&servers), "test").await.unwrap();
    bus.declare_stream("tally").await.unwrap();
    let shutdown = Shutdown::new();
    task::spawn(
        "relay",
        jianyi_bus::relay(bus.clone(), db.clone(), shutdown.child()),
    );
    Running {
        servers,
        db,
        bus,
        shutdown,
    }
}

impl Running {
    async fn say(&self, numbers: impl IntoIterator<Item = i64>) {
        let county: Division = "410621".parse().unwrap();
        for number in numbers {
            let call = Call::background("test", "say");
            let mut uow = self.db.begin_background(&call).await.unwrap();
            uow.emit(NewEvent::of(&Said { number }, "talks/1", &county, number));
            uow.commit_background().await.unwrap();
        }
    }

    async fn published(&self, sequence: u64) {
        let give_up = Instant::now() + Duration::from_secs(60);
        while self.bus.stream_last_sequence("tally").await.unwrap() < sequence
            || self.db.outbox_lag().await.unwrap().pending > 0
        {
            assert!(Instant::now() < give_up, "not published");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.servers.postgres.url_for("tally"))
            .await
            .unwrap()
    }

    async fn stop(self) {
        self.shutdown.trigger();
        self.db.close().await;
        self.servers.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_site_comes_back_and_goes_on_where_nobody_has_been() {
    let passphrase = Passphrase::new("correct horse battery").unwrap();
    let wrong = Passphrase::new("wrong horse battery").unwrap();
    let (old_place, place, elsewhere) = (
        Ephemeral::new().unwrap(),
        Ephemeral::new().unwrap(),
        Ephemeral::new().unwrap(),
    );
    let file = elsewhere.path().join("410621.jybackup");

    let site = serve(servers(old_place.path()).await).await;
    site.say(1..=40).await;
    site.published(40).await;
    // One that was published after the stream had been read: its row is there, its stream has not got it.
    let mut owner = site.owner().await;
    sqlx::raw_sql(
        "insert into outbox (event_id, type, subject, resource, division, version, occurred_at, data, published_at)
         values ('01890000-0000-7000-8000-000000000001', 'jianyi.tally.events.v1.Said',
                 'jianyi.tally.410621.said', 'talks/1', '410621', 41, now(), '\\x0829', now() - interval '11 minutes')",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let described = Site {
        name: "410621".into(),
        databases: databases(&site.servers),
        bus: bus_config(&site.servers),
        files: Some(Files {
            root: old_place.path().into(),
            names: vec!["secrets".into(), "VERSION".into()],
        }),
        tools: Options::default(),
    };
    let began = Instant::now();
    let manifest = back_up(&described, &passphrase, &file, |_| {})
        .await
        .unwrap();
    println!("backed up and verified in {:.1?}", began.elapsed());
    assert_eq!(manifest.streams["JY_TALLY"].last_sequence, 40);
    assert_eq!(manifest.databases["member/410621"].rows["outbox"], 41);
    assert!(matches!(
        verify(&file, &wrong),
        Err(BackupError::WrongPassphrase)
    ));
    let again = back_up(&described, &passphrase, &file, |_| {}).await;
    assert!(matches!(again, Err(BackupError::NotEmpty(_))), "{again:?}");

    // What others will have seen, and this site forgotten.
    site.say(42..=60).await;
    site.published(59).await;
    site.stop().await;
    drop(old_place);

    let began = Instant::now();
    let (manifest, secrets) = files(&file, &passphrase).unwrap();
    assert_eq!(manifest.parts.len(), secrets.len() + 2);
    write(&secrets, place.path());
    let restored = servers(place.path()).await;
    let mut target = Target {
        databases: databases(&restored),
        bus: bus_config(&restored),
        tools: Options::default(),
        overwrite: false,
    };
    let outcome = restore(&file, &passphrase, &manifest, &target, |_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    println!("restored in {:.1?}", began.elapsed());
    assert_eq!(outcome.requeued, 1);
    assert_eq!(outcome.next_sequences["JY_TALLY"], 200_041);
    let refused = restore(&file, &passphrase, &manifest, &target, |_| {}).await;
    assert!(
        matches!(refused, Err(BackupError::NotEmpty(_))),
        "{refused:?}"
    );
    target.overwrite = true;
    restore(&file, &passphrase, &manifest, &target, |_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));

    let site = serve(restored).await;
    site.published(200_041).await;
    site.say([61]).await;
    site.published(200_042).await;
    let mut owner = site.owner().await;
    let said: Vec<i64> = sqlx::query_scalar("select version from outbox order by seq")
        .fetch_all(&mut owner)
        .await
        .unwrap();
    // What it says now is newer than anything that it forgot.
    assert_eq!(said, (1..=41).chain([1_000_061]).collect::<Vec<_>>());
    assert_eq!(
        site.bus.stream_last_sequence("tally").await.unwrap(),
        200_042
    );
    site.stop().await;
}

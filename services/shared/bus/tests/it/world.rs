//! A broker, a database with a tally in it, and events to count.

use std::time::Duration;

use jianyi_bus::{Bus, BusConfig, HandlerFuture, Received, Subscription};
use jianyi_db::{Algorithm, Db, DbConfig, NewEvent};
use jianyi_kernel::{Call, Caller, Clock, Division, DomainError, Fault, Pii};
use jianyi_provision::{Ephemeral, Nats, Options, Ports, Provisioned, Role, up};
use jianyi_telemetry::{Shutdown, task};
use prost::Message;
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep};

pub(crate) const CONTEXT: &str = "tally";

/// A number was drawn.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NumberDrawn {
    #[prost(int64, tag = "1")]
    pub(crate) number: i64,
}

impl prost::Name for NumberDrawn {
    const NAME: &'static str = "NumberDrawn";
    const PACKAGE: &'static str = "jianyi.tally.events.v1";
}

/// A number was drawn that not everybody may know.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct SecretDrawn {
    #[prost(int64, tag = "1")]
    pub(crate) number: i64,
}

impl prost::Name for SecretDrawn {
    const NAME: &'static str = "SecretDrawn";
    const PACKAGE: &'static str = "jianyi.tally.events.v1";
}

pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) bus: Bus,
    pub(crate) config: BusConfig,
    pub(crate) servers: Provisioned,
    pub(crate) shutdown: Shutdown,
    _dir: Ephemeral,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = Ephemeral::new().unwrap();
        let servers = up(dir.path(), &Options::default(), Ports::default())
            .await
            .unwrap();
        servers.postgres.ensure_databases(&["tally"]).await.unwrap();
        let db_config = DbConfig {
            database_url: Pii::new(servers.postgres.url_for("tally")),
            database_owner_url: Some(Pii::new(servers.postgres.url_for("tally"))),
            field_key: Some(Pii::new(
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into(),
            )),
            field_key_file: None,
            field_algorithm: Algorithm::default(),
            database_connections: 4,
        };
        let db = Db::connect(&db_config, Clock::system()).await.unwrap();
        db.migrate(&Migrator::with_migrations(Vec::new()))
            .await
            .unwrap();
        let world_sql = "create table tally (number bigint not null, times bigint not null default 1, primary key (number));
                         create table forgiven (number bigint primary key);
                         grant all on tally, forgiven to jianyi_app";
        let mut owner = PgConnection::connect(&servers.postgres.url_for("tally"))
            .await
            .unwrap();
        sqlx::raw_sql(world_sql).execute(&mut owner).await.unwrap();
        let config = bus_config(&servers.nats);
        let bus = Bus::connect(&config, "test").await.unwrap();
        bus.declare_stream(CONTEXT).await.unwrap();
        Self {
            db,
            bus,
            config,
            servers,
            shutdown: Shutdown::new(),
            _dir: dir,
        }
    }

    pub(crate) fn relay(&self) {
        task::spawn(
            "relay",
            jianyi_bus::relay(self.bus.clone(), self.db.clone(), self.shutdown.child()),
        );
    }

    pub(crate) fn consume(&self, subscription: Subscription) {
        let consumer = jianyi_bus::consume(
            self.bus.clone(),
            self.db.clone(),
            subscription,
            self.shutdown.child(),
        );
        task::spawn("consume", consumer);
    }

    /// Draws numbers about one thing, each in a commit of its own.
    pub(crate) async fn draw(&self, resource: &str, numbers: impl IntoIterator<Item = i64>) {
        for number in numbers {
            self.emit(&NumberDrawn { number }, resource, number).await;
        }
    }

    pub(crate) async fn emit<E: Message + prost::Name>(
        &self,
        event: &E,
        resource: &str,
        version: i64,
    ) {
        let mut call = Call::background("test", "draw");
        call.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
        let mut uow = self.db.begin_background(&call).await.unwrap();
        uow.emit(NewEvent::of(event, resource, &division("410611"), version));
        uow.commit_background().await.unwrap();
    }

    /// All numbers that were counted, and how often.
    pub(crate) async fn tally(&self) -> Vec<(i64, i64)> {
        let Ok(mut conn) = self.db.read(&Caller::service("test")).await else {
            return Vec::new();
        };
        let rows = sqlx::query_as("select number, times from tally order by number")
            .fetch_all(&mut *conn)
            .await;
        rows.unwrap_or_default()
    }

    pub(crate) async fn forgive(&self, number: i64) {
        let call = Call::background("test", "forgive");
        let mut uow = self.db.begin_background(&call).await.unwrap();
        let insert = sqlx::query("insert into forgiven (number) values ($1)").bind(number);
        insert.execute(uow.conn()).await.unwrap();
        uow.commit_background().await.unwrap();
    }

    pub(crate) async fn stop(self) {
        self.shutdown.trigger();
        self.db.close().await;
        self.servers.stop().await.unwrap();
    }
}

fn bus_config(nats: &Nats) -> BusConfig {
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    BusConfig {
        nats_url: nats.url(),
        nats_user: Some(user.into()),
        nats_password: Some(Pii::new(password.into())),
    }
}

pub(crate) fn division(code: &str) -> Division {
    code.parse().unwrap()
}

pub(crate) fn counted_once(numbers: impl IntoIterator<Item = i64>) -> Vec<(i64, i64)> {
    numbers.into_iter().map(|number| (number, 1)).collect()
}

/// Counts numbers; refuses the unlucky one until it is forgiven, and waits for the shy one.
pub(crate) fn counter() -> Subscription {
    Subscription::to("counter", CONTEXT).on(count)
}

pub(crate) const UNLUCKY: i64 = 13;
pub(crate) const SHY: i64 = 17;

fn count<'a>(
    uow: &'a mut jianyi_db::Uow,
    received: &'a Received<NumberDrawn>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        let number = received.event.number;
        assert_eq!(
            (received.version, received.stream.as_str()),
            (number, CONTEXT)
        );
        if number == UNLUCKY || number == SHY {
            let forgiven: Option<i64> =
                sqlx::query_scalar("select number from forgiven where number = $1")
                    .bind(number)
                    .fetch_optional(uow.conn())
                    .await?;
            match forgiven {
                Some(_) => {}
                None if number == SHY => return Err(Fault::Unavailable("not yet".into())),
                None => return Err(Unlucky.into()),
            }
        }
        sqlx::query("insert into tally (number) values ($1) on conflict (number) do update set times = tally.times + 1")
            .bind(number)
            .execute(uow.conn())
            .await?;
        Ok(())
    })
}

#[derive(Debug)]
struct Unlucky;

impl std::fmt::Display for Unlucky {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("张三 drew an unlucky number")
    }
}

impl DomainError for Unlucky {
    const DOMAIN: &'static str = "tally.jianyi";

    fn reason(&self) -> &'static str {
        "UNLUCKY"
    }

    fn zh(&self) -> String {
        "张三抽到了不吉利的号码".into()
    }
}

/// Waits until a condition holds, for at most 40 seconds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let give_up = Instant::now() + Duration::from_secs(40);
    while !condition().await {
        assert!(Instant::now() < give_up, "still not: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

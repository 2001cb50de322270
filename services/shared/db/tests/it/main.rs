//! The promises of the unit of work, on a real Postgres.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

use jianyi_kernel::{Call, Caller, Clock, Division, Fault, Mask, Pii};

use jianyi_db::{Algorithm, Begun, Committed, Db, DbConfig, NewEvent};
mod audit;
mod cancelled;
mod keys;
mod serving;
mod timeout;

use jianyi_provision::{Ephemeral, Options, Postgres, Secrets};
use jianyi_witness::HashKind;
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection};

/// A database with the platform's tables and nothing else.
struct Fixture {
    db: Db,
    config: DbConfig,
    url: String,
    postgres: Postgres,
    _place: Ephemeral,
}

async fn fixture() -> Fixture {
    fixture_with(Clock::system()).await
}

fn none() -> Migrator {
    Migrator::with_migrations(Vec::new())
}

async fn fixture_with(clock: Clock) -> Fixture {
    let place = Ephemeral::new().unwrap();
    let secrets = Secrets::load_or_create(place.layout()).unwrap();
    let postgres = Postgres::start(place.layout(), &Options::default(), &secrets, 0)
        .await
        .unwrap();
    postgres.ensure_databases(&["unit"]).await.unwrap();
    let url = postgres.url_for("unit");
    let config = DbConfig {
        database_url: Pii::new(postgres.application_url_for("unit").unwrap()),
        database_owner_url: Some(Pii::new(url.clone())),
        field_key: Some(Pii::new(secrets.master_key().to_owned())),
        field_key_file: None,
        field_algorithm: Algorithm::default(),
        database_connections: 8,
        audit_hash: HashKind::Sha256,
    };
    let db = Db::connect(&config, clock).await.unwrap();
    db.migrate(&none()).await.unwrap();
    db.migrate(&none()).await.unwrap();
    Fixture {
        db,
        config,
        url,
        postgres,
        _place: place,
    }
}

impl Fixture {
    async fn end(self) {
        self.db.close().await;
        self.postgres.stop().await.unwrap();
    }

    async fn count(&self, table: &str) -> i64 {
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let query = format!("select count(*) from {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut conn)
            .await
            .unwrap()
    }
}

/// An answer with nothing personal in it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
struct Answer {
    #[prost(string, tag = "1")]
    text: String,
}

impl Mask for Answer {
    fn mask(&mut self) {}
}

fn call(request_id: &str, body: u8) -> Call {
    Call {
        method: "/test.v1.Test/Do".into(),
        caller: Caller::service("test"),
        request_id: Some(request_id.into()),
        request_hash: [body; 32],
        audited: true,
        purpose: None,
        reveals: false,
        traceparent: None,
    }
}

/// Publishes one event and answers with a text, or answers as before.
async fn act(db: &Db, call: &Call, answer: &str) -> Result<Committed<Answer>, Fault> {
    let mut uow = match db.begin::<Answer>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let event = prost_types::Timestamp {
        seconds: 1,
        nanos: 0,
    };
    uow.emit(NewEvent::of(&event, "things/1", &Division::city(), 1));
    uow.commit(Answer {
        text: answer.to_owned(),
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g07_a_reply_is_kept_with_and_without_an_entry_and_an_event() {
    let fixture = fixture().await;
    let db = &fixture.db;
    let mut entries = 0;
    for (n, (audited, published)) in [(true, true), (true, false), (false, true), (false, false)]
        .into_iter()
        .enumerate()
    {
        let call = Call {
            audited,
            ..call(&format!("request {n}"), 1)
        };
        let answer = async |text: &str| {
            let mut uow = match db.begin::<Answer>(&call).await.unwrap() {
                Begun::Fresh(uow) => uow,
                Begun::Replayed(reply) => return reply.into_reply().text,
            };
            if published {
                let event = prost_types::Timestamp::default();
                for thing in ["things/1", "things/2"] {
                    uow.emit(NewEvent::of(&event, thing, &Division::city(), 1));
                }
            }
            let text = text.to_owned();
            uow.commit(Answer { text }).await.unwrap().into_reply().text
        };
        let before = fixture.count("outbox").await;
        assert_eq!(answer("first").await, "first");
        assert_eq!(answer("second").await, "first", "{audited} {published}");
        entries += i64::from(audited);
        assert_eq!(fixture.count("audit").await, entries);
        let events = fixture.count("outbox").await - before;
        assert_eq!(events, 2 * i64::from(published));
    }
    assert_eq!(fixture.count("audit_unsealed").await, entries);
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g07_a_unit_of_work_keeps_its_promises() {
    let fixture = fixture().await;
    let db = &fixture.db;

    // The same request again: the same answer, no second effect. Another body: refused.
    assert_eq!(
        act(db, &call("a", 1), "张三")
            .await
            .unwrap()
            .into_reply()
            .text,
        "张三"
    );
    assert_eq!(
        act(db, &call("a", 1), "李四")
            .await
            .unwrap()
            .into_reply()
            .text,
        "张三"
    );
    let Err(Fault::Invalid(violations)) = act(db, &call("a", 2), "王五").await else {
        panic!("a reused request id was accepted")
    };
    assert_eq!(violations[0].reason, "REQUEST_ID_REUSED");
    assert_eq!(
        (fixture.count("outbox").await, fixture.count("audit").await),
        (1, 1)
    );

    // The hash of a request is guessable (an identity number has few digits): it is stored keyed only.
    for table in ["audit", "idempotency"] {
        let guessed = format!("{table} where request_hash = decode(repeat('01', 32), 'hex')");
        assert_eq!(fixture.count(&guessed).await, 0, "{table}");
    }

    // A storm of repeats is one effect.
    let storm = (0..40).map(|n| {
        let db = db.clone();
        async move {
            act(&db, &call("storm", 3), &format!("answer {n}"))
                .await
                .unwrap()
                .into_reply()
                .text
        }
    });
    let mut tasks = tokio::task::JoinSet::new();
    for attempt in storm {
        tasks.spawn(attempt);
    }
    let mut answers = tasks.join_all().await;
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(fixture.count("outbox").await, 2);

    // Dropped before its commit: nothing happened, and the request may be made again.
    let Begun::Fresh(mut dropped) = db.begin::<Answer>(&call("dropped", 4)).await.unwrap() else {
        panic!("not seen before")
    };
    let event = prost_types::Timestamp::default();
    dropped.emit(NewEvent::of(&event, "things/2", &Division::city(), 1));
    drop(dropped);
    assert_eq!(
        act(db, &call("dropped", 4), "second try")
            .await
            .unwrap()
            .into_reply()
            .text,
        "second try"
    );
    assert_eq!(fixture.count("outbox").await, 3);

    // Replies may hold names; the table of requests shows none.
    let mut conn = PgConnection::connect(&fixture.url).await.unwrap();
    let dump: Vec<String> =
        sqlx::query_scalar("select encode(sealed_reply, 'escape') from idempotency")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let planted: String = "张三".bytes().map(|byte| format!("\\{byte:o}")).collect();
    assert!(dump.iter().all(|row| !row.contains(&planted)));

    // The audit log can be added to and nothing else, even by its owner.
    for change in [
        "update audit set caller = 'x'",
        "delete from audit",
        "truncate audit",
    ] {
        assert!(
            sqlx::query(change).execute(&mut conn).await.is_err(),
            "{change}"
        );
    }

    // One relay at a time; the lock falls with its connection.
    let lock = db.relay_lock().await.unwrap().unwrap();
    assert!(db.relay_lock().await.unwrap().is_none());
    let mut lock = lock;
    let rows = lock.unpublished(10).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.is_sorted_by_key(|row| row.seq));
    lock.mark_published(&[rows[0].seq], db.clock().now())
        .await
        .unwrap();
    assert_eq!(db.outbox_lag().await.unwrap().pending, 2);
    lock.release().await;
    let mut again = None;
    for _ in 0..200 {
        again = db.relay_lock().await.unwrap();
        if again.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(again.is_some(), "a released lock can be taken");
    fixture.end().await;
}

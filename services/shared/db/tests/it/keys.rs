//! Data keys turn while everybody goes on writing, and a destroyed key takes its values along.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jianyi_db::{
    Algorithm, Begun, Db, DbConfig, FieldCipher, PgConnection, SealedColumn, SealedWith,
    subject_keys,
};
use jianyi_kernel::{Call, Caller, Clock, Fault, Pii};
use sqlx::Connection as _;
use sqlx::migrate::Migrator;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{Answer, Fixture, call, fixture};

const COLUMNS: [SealedColumn; 2] = [
    SealedColumn::new("notes", "body", "notes/{id}/body"),
    SealedColumn::new("notes", "hint", "notes/{id}/hint").owned_by("notes/{id}"),
];
const POLL: Duration = Duration::from_millis(50);
const LEAD: Duration = Duration::from_millis(500);
const GRACE: Duration = Duration::from_secs(2);

impl Fixture {
    async fn with_notes() -> Self {
        let fixture = fixture().await;
        sqlx::raw_sql(
            "create table notes (id uuid primary key, body bytea not null, hint bytea);
                      grant all on notes to jianyi_app",
        )
        .execute(&mut fixture.conn().await)
        .await
        .unwrap();
        fixture
    }

    async fn conn(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    /// The same service in another process.
    async fn other_process(&self) -> Db {
        Db::connect(&self.config, Clock::system()).await.unwrap()
    }
}

fn operator() -> Call {
    Call {
        request_id: None,
        ..call("", 0)
    }
}

async fn rotate(db: &Db, algorithm: Algorithm, lead: Duration) -> u32 {
    let mut uow = db.begin_background(&operator()).await.unwrap();
    let key = uow.rotate_data_key(Some(algorithm), lead).await.unwrap();
    uow.commit_background().await.unwrap();
    key.version
}

fn body(id: Uuid) -> String {
    format!("notes/{id}/body")
}

/// What runs beside a service: learning keys, and sealing again.
async fn keep(db: Db, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        db.refresh_keys().await.unwrap();
        if db.must_reseal(GRACE).await.unwrap()
            && let Some(done) = db.reseal(&COLUMNS).await.unwrap()
        {
            assert_eq!(done.unreadable, 0);
        }
        tokio::time::sleep(POLL).await;
    }
}

#[derive(Default)]
struct Counts {
    inserted: AtomicU64,
    updated: AtomicU64,
    read: AtomicU64,
}

/// Inserts, changes and reads rows until told to stop; every value must open at every instant.
async fn write(db: Db, name: String, stop: Arc<AtomicBool>, counts: Arc<Counts>) {
    let mut mine: Vec<Uuid> = Vec::new();
    for turn in 0_usize.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        if turn.is_multiple_of(8) {
            mine.push(insert(&db, &format!("{name}-{turn}")).await.unwrap());
            counts.inserted.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let id = mine[turn * 7 % mine.len()];
        if turn % 2 == 1 {
            change(&db, id, turn).await.unwrap();
            counts.updated.fetch_add(1, Ordering::Relaxed);
        } else {
            let mut conn = db.read(&Caller::service("test")).await.unwrap();
            let sealed: Vec<u8> = sqlx::query_scalar("select body from notes where id = $1")
                .bind(id)
                .fetch_one(&mut *conn)
                .await
                .unwrap();
            assert!(db.cipher().open_text(&body(id), &sealed).is_ok());
            counts.read.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Adds a note with a body under the service's key and a hint under the note's own.
async fn insert(db: &Db, request: &str) -> Result<Uuid, Fault> {
    let mut uow = match db.begin::<Answer>(&call(request, 1)).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(_) => return Err(Fault::internal("every request is new")),
    };
    let id = db.clock().new_uuid();
    let (cipher, now) = (uow.cipher().clone(), uow.now());
    let own = subject_keys::create(uow.conn(), &cipher, &format!("notes/{id}"), now).await?;
    sqlx::query("insert into notes (id, body, hint) values ($1, $2, $3)")
        .bind(id)
        .bind(cipher.seal(&body(id), "张三".as_bytes())?)
        .bind(own.seal(&format!("notes/{id}/hint"), b"hint")?)
        .execute(uow.conn())
        .await?;
    uow.commit(Answer {
        text: id.to_string(),
    })
    .await?;
    Ok(id)
}

async fn change(db: &Db, id: Uuid, turn: usize) -> Result<(), Fault> {
    let mut uow = db.begin_background(&operator()).await?;
    let cipher = uow.cipher().clone();
    let sealed: Vec<u8> = sqlx::query_scalar("select body from notes where id = $1 for update")
        .bind(id)
        .fetch_one(uow.conn())
        .await?;
    let text = cipher.open_text(&body(id), &sealed)?;
    let text = format!("{}{turn}", text.trim_end_matches(char::is_numeric));
    sqlx::query("update notes set body = $2 where id = $1")
        .bind(id)
        .bind(cipher.seal(&body(id), text.as_bytes())?)
        .execute(uow.conn())
        .await?;
    uow.commit_background().await
}

async fn settled(db: &Db, version: u32) -> bool {
    let keys = db.data_keys().await.unwrap();
    keys.iter()
        .any(|key| key.version == version && key.settled_at.is_some())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v136_key_rotation_during_writes_leaves_no_unreadable_row() {
    let fixture = Fixture::with_notes().await;
    let processes = [fixture.db.clone(), fixture.other_process().await];
    let (stop, counts) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Counts::default()),
    );
    let mut tasks = JoinSet::new();
    for (at, db) in processes.iter().enumerate() {
        tasks.spawn(keep(db.clone(), Arc::clone(&stop)));
        for writer in 0..2 {
            let name = format!("{at}-{writer}");
            tasks.spawn(write(
                db.clone(),
                name,
                Arc::clone(&stop),
                Arc::clone(&counts),
            ));
        }
    }
    let turns = [Algorithm::Sm4Gcm, Algorithm::Aes256Gcm, Algorithm::Sm4Gcm];
    let mut newest = 0;
    for algorithm in turns {
        newest = rotate(&fixture.db, algorithm, LEAD).await;
        let waiting = async {
            while !settled(&fixture.db, newest).await {
                tokio::time::sleep(POLL).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(120), waiting)
            .await
            .unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    assert_eq!(newest, 4);
    let [inserted, updated, read] = [&counts.inserted, &counts.updated, &counts.read]
        .map(|count| count.load(Ordering::Relaxed));
    println!("{inserted} inserted, {updated} updated, {read} read during three turns");
    assert!(inserted > 50 && updated > 50 && read > 50);

    // Every row opens, in both processes, and everything is on the newest key.
    let rows: Vec<(Uuid, Vec<u8>, Vec<u8>)> = sqlx::query_as("select id, body, hint from notes")
        .fetch_all(&mut fixture.conn().await)
        .await
        .unwrap();
    assert_eq!(u64::try_from(rows.len()).unwrap(), inserted);
    for db in &processes {
        let mut conn = db.read(&Caller::service("test")).await.unwrap();
        for (id, sealed, hint) in &rows {
            let text = db.cipher().open_text(&body(*id), sealed).unwrap();
            assert!(text.starts_with("张三"));
            let subject = format!("notes/{id}");
            let own = subject_keys::load(&mut conn, db.cipher(), &subject);
            let own = own.await.unwrap().unwrap();
            let hint = own.open(&format!("notes/{id}/hint"), hint).unwrap();
            assert_eq!(hint, b"hint");
        }
    }
    for status in fixture.db.sealed_values(&COLUMNS).await.unwrap() {
        let [(Some(with), values)] = status.values.as_slice() else {
            panic!("{status:?}")
        };
        // The log of what was done has its two secrets, and nothing else in its table.
        let expected_values = if status.column.table == "audit_secrets" {
            1
        } else {
            inserted
        };
        assert_eq!(*values, expected_values, "{status:?}");
        let expected = if status.column.column == "hint" {
            SealedWith::Subject(Algorithm::Sm4Gcm)
        } else {
            SealedWith::Version(4, Algorithm::Sm4Gcm)
        };
        assert_eq!(*with, expected, "{status:?}");
    }
    // A repeated request still gets the reply that older keys sealed.
    assert!(matches!(
        fixture.db.begin::<Answer>(&call("0-0-0", 1)).await.unwrap(),
        Begun::Replayed(_)
    ));
    fixture.end().await;
}

/// `people/1/name` = 张三, sealed by the release before data keys with the key of 32 bytes 0x01.
const OLD: &str = "0101877a2c80ba2d50c8ceca4cacd851b86ec64c9f765dd766341bdfe3fe79d42f9e8548";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g17_old_rows_stay_readable_and_new_rows_carry_the_new_key_id() {
    const PEOPLE: [SealedColumn; 1] =
        [SealedColumn::new("people", "name", "people/{id}/name").keyed_by(&["id"])];
    let fixture = fixture().await;
    fixture.postgres.ensure_databases(&["old"]).await.unwrap();
    let url = fixture.postgres.url_for("old");
    let config = DbConfig {
        database_url: Pii::new(fixture.postgres.application_url_for("old").unwrap()),
        database_owner_url: Some(Pii::new(url.clone())),
        field_key: Some(Pii::new(
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".into(),
        )),
        ..fixture.config.clone()
    };
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let old = format!(
        "create table people (id text primary key, name bytea not null);
         insert into people values ('1', decode('{OLD}', 'hex'))"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(old))
        .execute(&mut conn)
        .await
        .unwrap();
    let db = Db::connect(&config, Clock::system()).await.unwrap();
    // Nothing is sealed before the keys are there.
    assert!(db.cipher().seal("people/2/name", b"x").is_err());
    let none = Migrator::with_migrations(Vec::new());
    db.migrate(&none).await.unwrap();

    let read = async |conn: &mut PgConnection, id: &str| {
        let sealed: Vec<u8> = sqlx::query_scalar("select name from people where id = $1")
            .bind(id)
            .fetch_one(conn)
            .await
            .unwrap();
        let name = db.cipher().open_text(&format!("people/{id}/name"), &sealed);
        (name.unwrap(), SealedWith::read(&sealed).unwrap())
    };
    let add = async |conn: &mut PgConnection, id: &str| {
        let sealed = db
            .cipher()
            .seal(&format!("people/{id}/name"), "李四".as_bytes());
        sqlx::query("insert into people values ($1, $2)")
            .bind(id)
            .bind(sealed.unwrap())
            .execute(conn)
            .await
            .unwrap();
    };
    let first = SealedWith::Version(1, Algorithm::Aes256Gcm);
    let second = SealedWith::Version(2, Algorithm::Sm4Gcm);
    add(&mut conn, "2").await;
    assert_eq!(rotate(&db, Algorithm::Sm4Gcm, Duration::ZERO).await, 2);
    db.refresh_keys().await.unwrap();
    add(&mut conn, "3").await;
    assert_eq!(
        read(&mut conn, "1").await,
        ("张三".into(), SealedWith::Derived)
    );
    assert_eq!(read(&mut conn, "2").await, ("李四".into(), first));
    assert_eq!(read(&mut conn, "3").await, ("李四".into(), second));
    let ids: Vec<String> = sqlx::query_scalar("select provider_key_id from data_keys")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert!(ids[0].starts_with("file:") && ids[0] == ids[1]);

    // One value that was damaged long ago does not keep the others back.
    sqlx::query("insert into people select '4', set_byte(name, 20, 0) from people where id = '1'")
        .execute(&mut conn)
        .await
        .unwrap();
    let done = db.reseal(&PEOPLE).await.unwrap().unwrap();
    // Two of these, and the two secrets of the audit log.
    assert_eq!((done.moved, done.missed, done.unreadable), (4, 0, 1));
    for (id, name) in [("1", "张三"), ("2", "李四"), ("3", "李四")] {
        assert_eq!(read(&mut conn, id).await, (name.into(), second));
    }
    assert!(settled(&db, 2).await && !db.must_reseal(Duration::ZERO).await.unwrap());

    // Another field key is noticed at the door.
    let wrong = Db::connect(
        &DbConfig {
            database_url: config.database_url.clone(),
            ..fixture.config.clone()
        },
        Clock::system(),
    )
    .await;
    assert!(wrong.unwrap_err().chain().contains("another field key"));

    // Of processes that start at once on an empty database, all get the same key.
    fixture.postgres.ensure_databases(&["empty"]).await.unwrap();
    let config = DbConfig {
        database_url: Pii::new(fixture.postgres.application_url_for("empty").unwrap()),
        database_owner_url: Some(Pii::new(fixture.postgres.url_for("empty"))),
        database_connections: 2,
        ..fixture.config.clone()
    };
    let mut starting = JoinSet::new();
    for _ in 0..6 {
        let config = config.clone();
        starting.spawn(async move {
            let db = Db::connect(&config, Clock::system()).await.unwrap();
            db.migrate(&Migrator::with_migrations(Vec::new()))
                .await
                .unwrap();
            db.cipher().clone()
        });
    }
    let ciphers: Vec<FieldCipher> = starting.join_all().await;
    for one in &ciphers {
        let sealed = one.seal("t/1/c", b"x").unwrap();
        assert!(
            ciphers
                .iter()
                .all(|other| other.open("t/1/c", &sealed).is_ok())
        );
    }
    db.close().await;
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destroyed_key_takes_its_values_along_and_no_others() {
    let fixture = Fixture::with_notes().await;
    let db = &fixture.db;
    let ids = [
        insert(db, "a").await.unwrap(),
        insert(db, "b").await.unwrap(),
        insert(db, "c").await.unwrap(),
    ];
    let subjects = ids.map(|id| format!("notes/{id}"));
    let place = |id: Uuid| format!("notes/{id}/hint");
    let mut conn = fixture.conn().await;
    // The hint of the third is from before notes had keys of their own.
    sqlx::query("update notes set hint = $2 where id = $1")
        .bind(ids[2])
        .bind(db.cipher().seal(&place(ids[2]), b"early").unwrap())
        .execute(&mut conn)
        .await
        .unwrap();

    let now = db.clock().now();
    let mut uow = db.begin_background(&operator()).await.unwrap();
    for subject in [&subjects[0], &subjects[2]] {
        assert!(
            subject_keys::destroy(uow.conn(), subject, now)
                .await
                .unwrap()
        );
        assert!(
            !subject_keys::destroy(uow.conn(), subject, now)
                .await
                .unwrap()
        );
    }
    uow.commit_background().await.unwrap();

    let keys = subject_keys::load_many(&mut conn, db.cipher(), &subjects)
        .await
        .unwrap();
    assert_eq!(keys.keys().collect::<Vec<_>>(), [&subjects[1]]);
    let again = subject_keys::create(&mut conn, db.cipher(), &subjects[0], now).await;
    assert!(matches!(again, Err(Fault::Exists(_))));
    let again = subject_keys::load_or_create(&mut conn, db.cipher(), &subjects[0], now).await;
    assert!(again.unwrap().is_none());

    // Turning the key moves the early value out of reach, and keeps the living one readable.
    rotate(db, Algorithm::Sm4Gcm, Duration::ZERO).await;
    db.refresh_keys().await.unwrap();
    db.reseal(&COLUMNS).await.unwrap().unwrap();
    let own = subject_keys::load(&mut conn, db.cipher(), &subjects[1])
        .await
        .unwrap()
        .unwrap();
    for id in ids {
        let (sealed, hint): (Vec<u8>, Vec<u8>) =
            sqlx::query_as("select body, hint from notes where id = $1")
                .bind(id)
                .fetch_one(&mut conn)
                .await
                .unwrap();
        assert_eq!(db.cipher().open_text(&body(id), &sealed).unwrap(), "张三");
        assert!(matches!(
            SealedWith::read(&hint),
            Some(SealedWith::Subject(_))
        ));
        assert!(db.cipher().open(&place(id), &hint).is_err());
        assert_eq!(own.open(&place(id), &hint).is_ok(), id == ids[1]);
    }
    drop(conn);
    fixture.end().await;
}

/// A walk may take hours, and what is done meanwhile is to be sealed within seconds all the same (G04).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_the_audit_log_is_sealed_while_keys_turn() {
    let fixture = Fixture::with_notes().await;
    let db = &fixture.db;
    let id = insert(db, "before").await.unwrap();
    rotate(db, Algorithm::Sm4Gcm, Duration::ZERO).await;
    db.refresh_keys().await.unwrap();

    // The walk comes to a row that somebody holds, and stays there.
    let mut holder = fixture.conn().await;
    let mut held = holder.begin().await.unwrap();
    sqlx::query("select from notes where id = $1 for update")
        .bind(id)
        .execute(&mut *held)
        .await
        .unwrap();
    let walking = JoinSet::from_iter([{
        let db = db.clone();
        async move { db.reseal(&COLUMNS).await.unwrap().unwrap() }
    }]);
    let mut watcher = fixture.conn().await;
    let waits = "select exists (select from pg_locks join pg_stat_activity using (pid)
                     where datname = current_database() and locktype = 'transactionid' and not granted)";
    until(&mut watcher, waits).await;

    let tell = |_: &_| {
        let event = prost_types::Timestamp::default();
        jianyi_db::NewEvent::of(
            &event,
            "auditLogs/unit",
            &jianyi_kernel::Division::city(),
            1,
        )
    };
    let sealed = db.seal_audit("unit", tell).await.unwrap();
    assert!(sealed.is_some(), "the log waits for the walk");
    held.commit().await.unwrap();
    assert!(walking.join_all().await[0].moved > 0);
}

async fn until(conn: &mut PgConnection, question: &'static str) {
    let asking = async {
        while !sqlx::query_scalar::<_, bool>(question)
            .fetch_one(&mut *conn)
            .await
            .unwrap()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asking)
        .await
        .expect("the walk waits for the row");
}

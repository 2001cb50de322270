//! Postgres alone: kills, leftovers, ports, deep paths, other people's servers.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::str::FromStr;

use jianyi_provision::{Ephemeral, Error, Layout, Options, Postgres, Secrets};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

/// Runs one statement over the application role's URL.
pub(crate) async fn run(url: &str, sql: &'static str) {
    let mut connection = connect(url).await.unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn text(url: &str, sql: &'static str) -> String {
    let mut connection = connect(url).await.unwrap();
    sqlx::query_scalar(sql)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

async fn connect(url: &str) -> sqlx::Result<PgConnection> {
    PgConnectOptions::from_str(url).unwrap().connect().await
}

async fn start(dir: &Ephemeral) -> Postgres {
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    Postgres::start(dir.layout(), &Options::default(), &secrets, 0)
        .await
        .unwrap()
}

#[tokio::test]
async fn data_survives_stop_kill_and_a_postmaster_left_behind() {
    let dir = Ephemeral::new().unwrap();
    let mut postgres = start(&dir).await;
    postgres
        .ensure_databases(&["care", "care", "donation"])
        .await
        .unwrap();
    let url = postgres.url_for("care");
    run(&url, "create table t (n int)").await;
    run(&url, "insert into t values (1)").await;

    postgres.kill9().await;
    assert_eq!(postgres.pid(), None);
    postgres.restart().await.unwrap();
    run(&url, "insert into t values (2)").await;

    // As if our own process had been killed: nobody stops the server, nobody waits for it.
    let left = postgres.pid().unwrap();
    let _open = connect(&url).await.unwrap();
    std::mem::forget(postgres);
    let postgres = start(&dir).await;
    assert_ne!(postgres.pid(), Some(left));
    let url = postgres.url_for("care");
    assert_eq!(text(&url, "select count(*)::text from t").await, "2");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn settings_are_what_the_services_rely_on() {
    let dir = Ephemeral::new().unwrap();
    let postgres = start(&dir).await;
    let url = postgres.url_for("postgres");
    for (sql, expected) in [
        ("show fsync", "on"),
        ("show max_connections", "300"),
        ("show timezone", "UTC"),
        ("show server_encoding", "UTF8"),
        ("show log_statement", "none"),
        ("show log_error_verbosity", "terse"),
        ("show listen_addresses", "127.0.0.1"),
        (
            "select rolsuper::text from pg_roles where rolname = current_user",
            "false",
        ),
        (
            "select rolcreatedb::text from pg_roles where rolname = current_user",
            "true",
        ),
    ] {
        assert_eq!(text(&url, sql).await, expected, "{sql}");
    }
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    let as_superuser = url.replace("jianyi:", "postgres:");
    assert!(
        connect(&as_superuser).await.is_err(),
        "the superuser must not exist over TCP"
    );
    let wrong = url.replace(secrets.postgres_password(), "wrong");
    assert!(connect(&wrong).await.is_err());

    // A statement that fails must leave nothing in the log: even its error may quote a value.
    let mut connection = connect(&url).await.unwrap();
    sqlx::raw_sql(
        "create temp table p (phone text primary key); insert into p values ('13812345678')",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let twice = sqlx::raw_sql("insert into p values ('13812345678')");
    assert!(twice.execute(&mut connection).await.is_err());
    let log = fs::read_to_string(dir.layout().postgres_log()).unwrap();
    assert!(log.contains("ready to accept connections"), "{log}");
    assert!(
        !log.contains("duplicate key") && !log.contains("13812345678"),
        "{log}"
    );

    assert!(matches!(
        postgres.ensure_databases(&["a\"; drop"]).await,
        Err(Error::Database { .. })
    ));
    // The same server, given by URL.
    let given = Options {
        database_url: Some(url.clone()),
        ..Options::default()
    };
    let other = Postgres::start(dir.layout(), &given, &secrets, 0)
        .await
        .unwrap();
    other.ensure_databases(&["publicity"]).await.unwrap();
    assert_eq!((other.port(), other.pid()), (postgres.port(), None));
    run(&other.url_for("publicity"), "create table t ()").await;
    other.stop().await.unwrap();
    postgres.stop().await.unwrap();
    let gone = Postgres::start(dir.layout(), &given, &secrets, 0)
        .await
        .unwrap_err();
    assert!(matches!(gone, Error::Unreachable { .. }));
    assert!(!gone.to_string().contains(secrets.postgres_password()));
}

#[tokio::test]
async fn a_taken_port_and_a_damaged_cluster_are_told_apart() {
    let dir = Ephemeral::new().unwrap();
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    start(&dir).await.stop().await.unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let options = Options::default();
    let error = Postgres::start(dir.layout(), &options, &secrets, port)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::PortTaken { port: p } if p == port),
        "{error}"
    );

    fs::write(dir.path().join("pg/global/pg_control"), "x").unwrap();
    let error = Postgres::start(dir.layout(), &options, &secrets, 0)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::PostgresFailed { line, .. } if line.contains("FATAL") || line.contains("PANIC")),
        "{error}"
    );
    println!("{error}");
}

#[tokio::test]
async fn a_half_made_cluster_and_a_stale_pid_file_are_no_obstacle() {
    let dir = Ephemeral::new().unwrap();
    let half = dir.path().join("pg.tmp");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("PG_VERSION"), "15").unwrap();
    start(&dir).await.stop().await.unwrap();
    assert!(!half.exists());
    assert!(!dir.path().join("pg.password").exists());
    // The pid of somebody else entirely: ours.
    let pid_file = dir.path().join("pg/postmaster.pid");
    fs::write(&pid_file, format!("{}\n", std::process::id())).unwrap();
    start(&dir).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_deep_data_directory_gets_a_short_socket() {
    let top = Ephemeral::new().unwrap();
    let deep = top.path().join("d".repeat(60)).join("e".repeat(60));
    let layout = Layout::open(&deep).unwrap();
    let secrets = Secrets::load_or_create(&layout).unwrap();
    let postgres = Postgres::start(&layout, &Options::default(), &secrets, 0)
        .await
        .unwrap();
    postgres.ensure_databases(&["x"]).await.unwrap();
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn below_a_closed_directory_root_keeps_the_cluster_elsewhere() {
    let top = Ephemeral::new().unwrap();
    let closed = top.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let layout = Layout::open(&closed.join("data")).unwrap();
    let secrets = Secrets::load_or_create(&layout).unwrap();
    for _ in 0..2 {
        let postgres = Postgres::start(&layout, &Options::default(), &secrets, 0)
            .await
            .unwrap();
        postgres.ensure_databases(&["x"]).await.unwrap();
        postgres.stop().await.unwrap();
    }
    let place = fs::read_to_string(layout.root().join("pg.location"));
    let is_root = fs::metadata(&closed).unwrap().uid() == 0;
    assert_eq!(
        (place.is_ok(), layout.root().join("pg").exists()),
        (is_root, !is_root)
    );
    if let Ok(place) = place {
        fs::remove_dir_all(Path::new(&place).parent().unwrap()).unwrap();
        let lost = Postgres::start(&layout, &Options::default(), &secrets, 0).await;
        assert!(
            matches!(lost, Err(Error::CorruptData { .. })),
            "lost data is never replaced by an empty cluster"
        );
    }
}

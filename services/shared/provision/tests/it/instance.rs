//! The data directory: versions, the lock, and starting everything twice.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jianyi_provision::{Ephemeral, Error, Layout, Lock, Options, Ports, Progress, Secrets, up};

#[tokio::test]
async fn everything_starts_and_keeps_ports_secrets_and_data() {
    let dir = Ephemeral::new().unwrap();
    let begun = Instant::now();
    let first = up(dir.path(), &Options::default(), Ports::default())
        .await
        .unwrap();
    println!("first start {:?}", begun.elapsed());
    first.postgres.ensure_databases(&["member"]).await.unwrap();
    let url = first.postgres.url_for("member");
    crate::postgres::run(&url, "create table kept (n int)").await;
    let (nats, operator) = (first.nats.url(), first.secrets.operator_key().to_owned());
    assert_eq!(operator.len(), 44);
    assert!(matches!(
        up(dir.path(), &Options::default(), Ports::default()).await,
        Err(Error::AlreadyRunning { pid }) if pid == std::process::id()
    ));
    first.stop().await.unwrap();

    let begun = Instant::now();
    let second = up(dir.path(), &Options::default(), Ports::default())
        .await
        .unwrap();
    println!("second start {:?}", begun.elapsed());
    assert_eq!(second.postgres.url_for("member"), url);
    assert_eq!(second.nats.url(), nats);
    assert_eq!(second.secrets.operator_key(), operator);
    crate::postgres::run(&url, "insert into kept values (1)").await;
    second.stop().await.unwrap();
}

/// Not a test of its own: the process that the next test kills. Also a way to try a directory by hand.
#[tokio::test]
#[ignore = "run by the next test"]
async fn holder() {
    let Some(dir) = std::env::var_os("PROVISION_DIR") else {
        return;
    };
    let options = Options {
        progress: Progress::new(|line| println!("{line}")),
        ..Options::default()
    };
    match up(&PathBuf::from(dir), &options, Ports::default()).await {
        Ok(system) => {
            println!("up {:?} {:?}", system.postgres.pid(), system.nats.pid());
            let patience = std::env::var_os("PROVISION_BRIEF").map_or(60, |_| 0);
            tokio::time::sleep(Duration::from_secs(patience)).await;
            system.stop().await.unwrap();
        }
        Err(error) => println!("exit {} {error}", error.exit_code()),
    }
}

#[tokio::test]
async fn a_killed_process_gives_everything_back() {
    let dir = Ephemeral::new().unwrap();
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "instance::holder", "--ignored", "--nocapture"])
        .env("PROVISION_DIR", dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(holder.stdout.take().unwrap());
    assert!(said.lines().any(|line| line.unwrap().starts_with("up ")));
    let ports = fs::read(dir.path().join("ports.json")).unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    let system = up(dir.path(), &Options::default(), Ports::default())
        .await
        .unwrap();
    assert_eq!(fs::read(dir.path().join("ports.json")).unwrap(), ports);
    system.postgres.ensure_databases(&["member"]).await.unwrap();
    system.stop().await.unwrap();
}

#[test]
fn a_second_lock_is_refused_until_the_first_is_gone() {
    let dir = Ephemeral::new().unwrap();
    let lock = Lock::acquire(dir.path()).unwrap();
    let error = Lock::acquire(dir.path()).unwrap_err();
    assert!(matches!(error, Error::AlreadyRunning { pid } if pid == std::process::id()));
    assert_eq!(error.exit_code(), 75);
    drop(lock);
    Lock::acquire(dir.path()).unwrap();
}

#[test]
fn a_newer_or_damaged_version_is_refused() {
    let dir = Ephemeral::new().unwrap();
    let version = dir.path().join("VERSION");
    fs::write(&version, "2\n").unwrap();
    assert!(matches!(
        Layout::open(dir.path()),
        Err(Error::NewerData { found: 2, known: 1 })
    ));
    for garbage in [&b"one"[..], b"", b"0", b"\xff\xfe", b"-1"] {
        fs::write(&version, garbage).unwrap();
        assert!(matches!(
            Layout::open(dir.path()),
            Err(Error::CorruptData { .. })
        ));
    }
    fs::write(&version, "1\n").unwrap();
    Layout::open(dir.path()).unwrap();
}

#[test]
fn lost_secrets_beside_data_are_never_made_anew() {
    let dir = Ephemeral::new().unwrap();
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    assert_eq!(format!("{secrets:?}"), "Secrets(█)");
    fs::remove_file(dir.layout().secrets_dir().join("master-key")).unwrap();
    assert!(matches!(
        Secrets::load_or_create(dir.layout()),
        Err(Error::CorruptData { .. })
    ));
    fs::remove_file(dir.path().join("VERSION")).unwrap();
    assert!(matches!(
        Layout::open(dir.path()),
        Err(Error::CorruptData { .. })
    ));
}

#[test]
fn a_file_where_the_directory_should_be_is_an_error_with_advice() {
    let dir = Ephemeral::new().unwrap();
    let file = dir.path().join("VERSION");
    assert!(matches!(
        Layout::open(&file.join("below")),
        Err(Error::NotWritable { .. })
    ));
}

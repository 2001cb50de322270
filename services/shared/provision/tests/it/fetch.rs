//! The fetch path, as on a machine that has nothing but Python; and how it ends without even that.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use jianyi_provision::{Ephemeral, Options, Ports, Progress, up};

#[tokio::test]
async fn servers_are_fetched_and_postgres_runs_unprivileged() {
    let cache = Ephemeral::new().unwrap();
    let dir = Ephemeral::new().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let options = Options {
        ignore_installed: true,
        cache_dir: Some(cache.path().join("cache")),
        progress: Progress::new(move |line| ear.lock().unwrap().push(line.to_owned())),
        ..Options::default()
    };
    let begun = Instant::now();
    let system = up(dir.path(), &options, Ports::default()).await.unwrap();
    println!("fetch and first start {:?}", begun.elapsed());
    let pid = system.postgres.pid().unwrap();
    assert_ne!(fs::metadata(format!("/proc/{pid}")).unwrap().uid(), 0);
    let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap();
    assert!(program.starts_with(cache.path()), "{}", program.display());
    system.postgres.ensure_databases(&["member"]).await.unwrap();
    crate::postgres::run(&system.postgres.url_for("member"), "create table t ()").await;
    system.stop().await.unwrap();
    assert_eq!(
        told.lock()
            .unwrap()
            .iter()
            .filter(|l| l.contains("downloading"))
            .count(),
        2
    );

    // The cluster needs the major version that made it, whatever else is installed.
    let installed_too = Options {
        ignore_installed: false,
        ..options.clone()
    };
    let begun = Instant::now();
    let system = up(dir.path(), &installed_too, Ports::default())
        .await
        .unwrap();
    println!("second start {:?}", begun.elapsed());
    system.stop().await.unwrap();
    assert_eq!(
        told.lock()
            .unwrap()
            .iter()
            .filter(|l| l.contains("downloading"))
            .count(),
        2
    );
}

//! Node.js: found or fetched, and what runs in it ends with us.

use std::fs;
use std::time::Duration;

use jianyi_provision::{Ephemeral, Node, Options};

/// A package whose script runs a child of its own for a minute.
const PACKAGE: &str = r#"{
  "name": "under-test", "version": "1.0.0", "private": true,
  "scripts": {
    "good": "node -e \"require('fs').writeFileSync('made', process.version)\"",
    "bad": "node -e \"console.error('Error: as asked'); process.exit(3)\"",
    "long": "node -e \"require('fs').writeFileSync('pid', String(process.pid)); setTimeout(() => 0, 60000)\""
  }
}"#;

async fn try_out(node: &Node) {
    let place = tempfile::tempdir().unwrap();
    let (dir, log) = (place.path(), place.path().join("log"));
    fs::write(dir.join("package.json"), PACKAGE).unwrap();
    let long = Duration::from_secs(60);
    node.run_npm(dir, &["run", "good"], &log, long)
        .await
        .unwrap();
    let made = fs::read_to_string(dir.join("made")).unwrap();
    assert!(made.starts_with('v'), "{made}");
    let bad = node.run_npm(dir, &["run", "bad"], &log, long).await;
    assert_eq!(bad.unwrap_err(), "Error: as asked");

    let most = Duration::from_secs(5);
    let late = node.run_npm(dir, &["run", "long"], &log, most).await;
    assert!(late.unwrap_err().contains("longer than 5 s"));
    let pid = fs::read_to_string(dir.join("pid")).unwrap();
    // The grandchild as well; it is gone, or waits to be buried.
    let ended = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
        stat.map_or(true, |stat| stat.contains(") Z "))
    };
    for _ in 0..200 {
        if ended() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(ended());
}

#[tokio::test]
async fn node_is_found_or_fetched_and_what_it_runs_ends_in_time() {
    let cache = Ephemeral::new().unwrap();
    let options = Options {
        ignore_installed: true,
        cache_dir: Some(cache.path().join("cache")),
        ..Options::default()
    };
    let fetched = Node::find(&options, cache.path()).await.unwrap();
    try_out(&fetched).await;
    // Whatever this machine has, something is found the usual way, too.
    let usual = Options {
        ignore_installed: false,
        ..options
    };
    try_out(&Node::find(&usual, cache.path()).await.unwrap()).await;
}

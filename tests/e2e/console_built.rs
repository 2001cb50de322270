//! The console of a source tree: built on the first start while everything else serves, kept, and built again when a
//! source changed; what fails to build is told and harms nothing.

use std::path::Path;

use jianyi_testkit::eventually;
use jianyi_tests::jianyi;
use serde_json::Value;
use tokio::process::Child;

use crate::JIANYI;

/// As small as a console can be: the pages are made by a script that counts how often it ran.
const PACKAGE: &str = r#"{
  "name": "console", "version": "1.0.0", "private": true,
  "scripts": { "build": "node build.cjs" }
}"#;
const LOCK: &str = r#"{
  "name": "console", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
  "packages": { "": { "name": "console", "version": "1.0.0" } }
}"#;
const BUILD: &str = r#"
const fs = require('fs');
fs.appendFileSync('../../runs', 'x');
fs.rmSync('dist', { recursive: true, force: true });
fs.mkdirSync('dist');
fs.writeFileSync('dist/index.html', fs.readFileSync('src/page.html'));
"#;

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join("services/console").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A system that runs in a source tree.
struct Running {
    process: Child,
    http: String,
}

impl Running {
    async fn start(tree: &Path, data: &Path) -> Self {
        let _ = std::fs::remove_file(data.join("addresses.json"));
        let data_dir = data.to_str().unwrap();
        let args = [
            "up",
            "--no-demo",
            "--port-base",
            "0",
            "--data-dir",
            data_dir,
        ];
        let process = jianyi(JIANYI, &args)
            .current_dir(tree)
            .env_remove("JIANYI_NO_CONSOLE")
            .env_remove("JIANYI_CONSOLE")
            .spawn()
            .unwrap();
        let http = || {
            let text = std::fs::read_to_string(data.join("addresses.json")).unwrap_or_default();
            let addresses: Value = serde_json::from_str(&text).unwrap_or_default();
            addresses["gateway"]["http"].as_str().map(str::to_owned)
        };
        eventually!(http().is_some());
        Self {
            process,
            http: http().unwrap(),
        }
    }

    async fn page(&self, path: &str) -> (u16, String) {
        match reqwest::get(format!("{}{path}", self.http)).await {
            Ok(response) => (
                response.status().as_u16(),
                response.text().await.unwrap_or_default(),
            ),
            Err(_) => (0, String::new()),
        }
    }

    async fn stop(mut self) {
        let pid = i32::try_from(self.process.id().unwrap()).unwrap();
        let pid = nix::unistd::Pid::from_raw(pid);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        assert!(self.process.wait().await.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_is_built_once_and_again_when_it_changed_and_fails_alone() {
    let place = tempfile::tempdir().unwrap();
    let (tree, data) = (place.path().join("tree"), place.path().join("data"));
    write(&tree, "package.json", PACKAGE);
    write(&tree, "package-lock.json", LOCK);
    write(&tree, "build.cjs", BUILD);
    write(&tree, "src/page.html", "<!doctype html>first");
    let runs = || std::fs::read_to_string(tree.join("runs")).map_or(0, |runs| runs.len());

    let system = Running::start(&tree, &data).await;
    eventually!(system.page("/").await == (200, "<!doctype html>first".to_owned()));
    eventually!(tree.join("services/console/dist/.jianyi-sources").exists());
    assert_eq!(runs(), 1);
    assert_eq!(system.page("/.jianyi-sources").await.0, 404);
    system.stop().await;

    // A file of ours that says when everything else is there: the first accounts were shown before.
    let system = Running::start(&tree, &data).await;
    eventually!(system.page("/healthz").await.0 == 200);
    assert_eq!(system.page("/").await.1, "<!doctype html>first");
    system.stop().await;
    assert_eq!(runs(), 1);

    write(&tree, "src/page.html", "<!doctype html>second");
    let system = Running::start(&tree, &data).await;
    eventually!(system.page("/").await.1 == "<!doctype html>second");
    eventually!(tree.join("services/console/dist/.jianyi-sources").exists());
    system.stop().await;
    assert_eq!(runs(), 2);

    write(
        &tree,
        "build.cjs",
        "require('fs').rmSync('dist', { recursive: true }); throw new Error('as asked');",
    );
    let system = Running::start(&tree, &data).await;
    eventually!(system.page("/").await.1.contains("Error: as asked"));
    let (code, page) = system.page("/").await;
    assert_eq!(code, 503);
    assert!(page.contains("控制台未能构建"), "{page}");
    assert_eq!(system.page("/healthz").await.0, 200);
    system.stop().await;
}

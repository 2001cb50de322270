//! `jianyi up` as a newcomer and as an operator meets it: once, again, twice at a time, and wrongly.

use std::net::TcpListener;
use std::process::Output;

use jianyi_tests::{Figures, jianyi};

use crate::JIANYI;
use crate::main_job::assert_is_the_2024_report;

async fn run(args: &[&str]) -> Output {
    jianyi(JIANYI, args).output().await.unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g25_one_command_gives_the_report_and_a_second_start_loads_nothing_twice() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("data");
    let dir = dir.to_str().unwrap();
    let once = ["up", "--once", "--port-base", "0", "--data-dir", dir];
    let first = run(&once).await;
    assert!(first.status.success(), "{}", stderr(&first));
    let report = String::from_utf8(first.stdout).unwrap();
    assert!(
        report.starts_with('#')
            && report.contains("3628")
            && report.contains("20余人")
            && report.contains('—')
    );

    let second = run(&once).await;
    assert!(second.status.success(), "{}", stderr(&second));
    // All but the last line, which says who printed it when (V-132).
    let again = String::from_utf8(second.stdout).unwrap();
    let body = |text: &str| text.trim_end().rsplit_once('\n').unwrap().0.to_owned();
    assert_eq!(body(&again), body(&report));
    assert!(
        again
            .trim_end()
            .lines()
            .last()
            .unwrap()
            .starts_with("导出:")
    );

    // While it runs: status, report and token by the data directory; a second instance is refused.
    let mut up = jianyi(
        JIANYI,
        &["--no-demo", "--port-base", "0", "--data-dir", dir],
    )
    .spawn()
    .unwrap();
    jianyi_testkit::eventually!(run(&["status", "--data-dir", dir]).await.status.success());
    let status = run(&["status", "--format", "json", "--data-dir", dir]).await;
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["services"].as_array().unwrap().len(), 11);
    let grpc = status["gateway"]["grpc"].as_str().unwrap().to_owned();
    let json = run(&[
        "report",
        "annual",
        "--year",
        "2024",
        "--format",
        "json",
        "--data-dir",
        dir,
    ])
    .await;
    assert_is_the_2024_report(&Figures(serde_json::from_slice(&json.stdout).unwrap()));
    let sheet = place.path().join("2024.xlsx");
    let xlsx = run(&[
        "report",
        "annual",
        "--year",
        "2024",
        "--format",
        "xlsx",
        "--out",
        sheet.to_str().unwrap(),
        "--data-dir",
        dir,
    ])
    .await;
    assert!(xlsx.status.success(), "{}", stderr(&xlsx));
    assert_eq!(&std::fs::read(&sheet).unwrap()[..2], b"PK");

    let token = run(&["token", "--role", "LEADER", "--data-dir", dir]).await;
    let token = String::from_utf8(token.stdout).unwrap();
    let elsewhere = [
        "report",
        "annual",
        "--year",
        "2024",
        "--gateway",
        &grpc,
        "--token",
        token.trim(),
    ];
    assert!(run(&elsewhere).await.status.success());
    let forbidden = run(&[
        "rebuild",
        "oversight",
        "--gateway",
        &grpc,
        "--token",
        token.trim(),
    ])
    .await;
    assert_eq!(forbidden.status.code(), Some(77), "{}", stderr(&forbidden));

    // A token of another system in the environment is no trouble here.
    let lines = jianyi(JIANYI, &["events", "--from-start", "--data-dir", dir])
        .env("JIANYI_TOKEN", "of another system")
        .output()
        .await
        .unwrap();
    assert!(lines.status.success(), "{}", stderr(&lines));
    for line in String::from_utf8(lines.stdout).unwrap().lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["specversion"], "1.0");
        assert!(event["id"].is_string() && event["type"].is_string() && event["data"].is_object());
    }
    // `| head`: the reader goes away, and so does the command that follows.
    let mut following = jianyi(
        JIANYI,
        &["events", "--from-start", "--follow", "--data-dir", dir],
    )
    .stdout(std::process::Stdio::piped())
    .spawn()
    .unwrap();
    drop(following.stdout.take());
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), following.wait()).await;
    assert!(ended.unwrap().unwrap().success());

    let intruder = run(&once).await;
    assert_eq!(intruder.status.code(), Some(75));
    assert!(
        stderr(&intruder).contains("another instance"),
        "{}",
        stderr(&intruder)
    );

    // Ctrl-C stops everything and leaves the data sound.
    let pid = nix::unistd::Pid::from_raw(i32::try_from(up.id().unwrap()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    assert!(up.wait().await.unwrap().success());
    let stopped = run(&["status", "--data-dir", dir]).await;
    assert_eq!(stopped.status.code(), Some(69), "{}", stderr(&stopped));
    let third = run(&once).await;
    assert_eq!(
        body(&String::from_utf8(third.stdout).unwrap()),
        body(&report)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g25_what_cannot_work_says_so_in_one_line() {
    let place = tempfile::tempdir().unwrap();
    let fresh = place.path().join("fresh");
    let fresh = fresh.to_str().unwrap();

    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let taken = run(&["up", "--once", "--port-base", &port, "--data-dir", fresh]).await;
    assert_eq!(taken.status.code(), Some(75), "{}", stderr(&taken));
    assert!(stderr(&taken).contains(&port));

    let newer = place.path().join("newer");
    std::fs::create_dir(&newer).unwrap();
    std::fs::write(newer.join("VERSION"), "99\n").unwrap();
    let newer = run(&[
        "up",
        "--once",
        "--port-base",
        "0",
        "--data-dir",
        newer.to_str().unwrap(),
    ])
    .await;
    assert_eq!(newer.status.code(), Some(65), "{}", stderr(&newer));

    let missing = run(&[
        "up",
        "--once",
        "--port-base",
        "0",
        "--data-dir",
        fresh,
        "--nats-server",
        "/nowhere/nats",
    ])
    .await;
    assert!(!missing.status.success());
    assert!(stderr(&missing).contains("/nowhere/nats"));

    // What a killed system leaves behind does not look like a running one.
    let killed = place.path().join("killed");
    std::fs::create_dir(&killed).unwrap();
    let gone = r#"{"gateway":{"grpc":"127.0.0.1:1","http":"http://127.0.0.1:1"},"nats":"","postgres":"","services":{}}"#;
    std::fs::write(killed.join("addresses.json"), gone).unwrap();
    let killed = run(&["status", "--data-dir", killed.to_str().unwrap()]).await;
    assert_eq!(killed.status.code(), Some(69), "{}", stderr(&killed));
    assert!(stderr(&killed).contains("nothing runs"));

    let role = run(&["token", "--role", "KING", "--data-dir", fresh]).await;
    assert_eq!(role.status.code(), Some(64));
    assert!(stderr(&role).contains("LEADER"), "{}", stderr(&role));

    let usage = run(&["up", "--port-base", "many"]).await;
    assert_eq!(usage.status.code(), Some(64));
    let nobody = run(&["status", "--data-dir", fresh]).await;
    assert_eq!(nobody.status.code(), Some(69));
    assert!(stderr(&nobody).contains("jianyi up"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p18_a_raw_article_is_read_without_a_system() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("article.txt");
    let text = "年度工作纪实 综述\n\n全年共植树,覆盖全\n\n市各区。\n\n五月举办了一次活动。\n\n五月举办了一次活动。\n";
    std::fs::write(&file, text).unwrap();
    let output = run(&[
        "import-document",
        file.to_str().unwrap(),
        "--format",
        "json",
    ])
    .await;
    let counts: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        counts,
        serde_json::json!({ "lines": 5, "joins": 1, "paragraphs": 4, "distinct": 3 })
    );
}

//! The drill: a system with the 2024 record is backed up, destroyed and brought back; its report is the same.

use std::process::Output;
use std::time::Instant;

use jianyi_tests::jianyi;

use crate::JIANYI;

async fn run(args: &[&str]) -> Output {
    jianyi(JIANYI, args).output().await.unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// All but the last line, which says who printed it when.
fn body(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.trim_end().rsplit_once('\n').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destroyed_system_comes_back_with_the_same_report() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (dir, file, passphrase) = (path("data"), path("site.jybackup"), path("passphrase"));
    std::fs::write(&passphrase, "correct horse battery\n").unwrap();
    let once = ["up", "--once", "--port-base", "0", "--data-dir", &dir];
    let first = run(&once).await;
    assert!(first.status.success(), "{}", stderr(&first));

    let key = ["--passphrase-file", &passphrase];
    let began = Instant::now();
    let made = run(&[&["backup", "--out", &file, "--data-dir", &dir][..], &key].concat()).await;
    assert!(made.status.success(), "{}", stderr(&made));
    println!("backup: {:.1?}", began.elapsed());
    let restore = [&["restore", &file, "--data-dir", &dir][..], &key].concat();
    let refused = run(&restore).await;
    assert_eq!(refused.status.code(), Some(73), "{}", stderr(&refused));

    std::fs::remove_dir_all(&dir).unwrap();
    let wrong = path("wrong");
    std::fs::write(&wrong, "another passphrase\n").unwrap();
    let with_wrong = [
        "restore",
        &file,
        "--data-dir",
        &dir,
        "--passphrase-file",
        &wrong,
    ];
    assert_eq!(run(&with_wrong).await.status.code(), Some(77));
    assert!(!std::path::Path::new(&dir).exists());

    let began = Instant::now();
    let restored = run(&restore).await;
    assert!(restored.status.success(), "{}", stderr(&restored));
    let second = run(&once).await;
    println!("restored and served: {:.1?}", began.elapsed());
    assert!(second.status.success(), "{}", stderr(&second));
    assert_eq!(body(&second), body(&first));
}

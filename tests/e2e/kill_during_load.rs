//! `jianyi load` killed with SIGKILL at any moment and run again loses nothing and doubles nothing.

use std::time::Duration;

use jianyi_tests::{Lenience, System, demo_folder, jianyi};

use crate::JIANYI;
use crate::main_job::assert_is_the_2024_report;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v127_a_killed_load_is_finished_by_the_next_one() {
    let system = System::start().await;
    let folder = demo_folder();
    let args = [
        "load",
        folder.to_str().unwrap(),
        "--data-dir",
        system.data_dir().to_str().unwrap(),
    ];
    let mut killed = 0;
    for after in [150_u64, 250, 350, 450, 600, 800] {
        let mut child = jianyi(JIANYI, &args).spawn().unwrap();
        match tokio::time::timeout(Duration::from_millis(after), child.wait()).await {
            Ok(status) => assert!(status.unwrap().success()),
            Err(_) => {
                child.kill().await.unwrap();
                killed += 1;
            }
        }
    }
    assert!(killed > 0, "no load was ever interrupted");
    let status = jianyi(JIANYI, &args).status().await.unwrap();
    assert!(status.success());
    assert_is_the_2024_report(&system.report(2024).await);
    system.finish(Lenience::Strict).await;
}

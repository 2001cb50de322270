//! Loading the folder twice changes nothing, and repeats in the source are one fact each.

use jianyi_tests::{Lenience, System, demo_folder};

use crate::main_job::assert_is_the_2024_report;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v108_the_second_load_creates_nothing() {
    let system = System::start().await;
    let first = system.load(&demo_folder()).await.unwrap();
    let report = system.report(2024).await;
    assert_is_the_2024_report(&report);

    // The source repeats one paragraph twice and one four times; each fact in them is recorded once.
    let repeats: Vec<_> = first
        .repeats
        .iter()
        .map(|repeat| repeat.locations.len())
        .collect();
    assert_eq!(
        repeats.iter().filter(|times| **times == 4).count(),
        4,
        "gala, launch and two lines ×4: {repeats:?}"
    );
    assert_eq!(
        repeats.iter().filter(|times| **times == 2).count(),
        7,
        "the campaign and its sessions ×2: {repeats:?}"
    );

    system.load(&demo_folder()).await.unwrap();
    let again = system.report(2024).await;
    assert_eq!(again, report, "not even a watermark has moved");
    system.finish(Lenience::Strict).await;
}

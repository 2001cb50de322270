//! A county is cut off from the city and goes on working; nothing it did is lost, repeated or out of order.

use std::time::Duration;

use jianyi_tests::{Cut, Lenience, Story};

use crate::JIANYI;

const CUTS: [Cut; 4] = [Cut::Reset, Cut::Silent, Cut::CityDies, Cut::CountyDies];

/// `JIANYI_CUT_SECONDS` (5, which is longer than a source may be silent) and `JIANYI_CUT_RATE` (40 writes a second)
/// for the long ones.
fn number(name: &str, default: u32) -> u32 {
    let set = std::env::var_os(name);
    set.and_then(|it| it.to_str()?.parse().ok())
        .unwrap_or(default)
}

/// `JIANYI_CUT`, the name of one, for that one only.
fn wanted(cut: Cut) -> bool {
    std::env::var_os("JIANYI_CUT").is_none_or(|name| name == format!("{cut:?}").as_str())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_off_county_catches_up_without_loss_duplicate_or_disorder() {
    let mut story = Story::start(JIANYI).await;
    let length = Duration::from_secs(number("JIANYI_CUT_SECONDS", 5).into());
    let rate = number("JIANYI_CUT_RATE", 40);
    for cut in CUTS.into_iter().filter(|cut| wanted(*cut)) {
        let figures = story.cut(cut, length, rate).await;
        // Seen with --nocapture; the bound is loose, because the machine may be busy, but far below what the
        // broker takes by itself (28 to 40 seconds).
        println!("{cut:?}: {figures:?}");
        assert!(figures.during > 0, "the county waited for the city");
        assert!(figures.resumed < Duration::from_secs(15), "{figures:?}");
    }
    story.system.finish(Lenience::Strict).await;
}

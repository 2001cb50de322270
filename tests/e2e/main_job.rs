//! The main job: the 2024 record goes in, the 2024 work report comes out, every figure right.

use jianyi_tests::{Figures, Lenience, System, demo_folder};

/// Every figure that the year's source states, with how it is meant.
const STATED: [(&str, i64, &str); 35] = [
    ("volunteers_total", 3628, "exact"),
    ("volunteer_tiers", 2, "exact"),
    ("rescue_orgs", 14, "exact"),
    ("media_items", 94, "exact"),
    ("six_enter_sessions", 6, "exact"),
    ("spring_galas", 1, "exact"),
    ("bus_launches", 1, "exact"),
    ("bus_lines", 2, "exact"),
    ("fixed_venues", 2, "exact"),
    ("recuperation_batch", 2, "exact"),
    ("recuperation_days", 7, "exact"),
    ("recuperation_destinations", 2, "exact"),
    ("camp_days", 4, "exact"),
    ("health_checks", 1, "exact"),
    ("clinics", 1, "exact"),
    ("festival_rounds", 2, "at_least"),
    ("festival_coverage_percent", 100, "exact"),
    ("entitlement_policies", 2, "exact"),
    ("typical_speakers", 4, "exact"),
    ("mobilisation_meetings", 1, "exact"),
    ("summary_meetings", 1, "exact"),
    ("quarterly_reports_due", 4, "exact"),
    ("audits", 1, "exact"),
    ("governance_meetings", 2, "exact"),
    ("adopted_documents", 1, "exact"),
    ("aug1_participants", 20, "at_least"),
    ("aug1_sites", 2, "exact"),
    ("study_tours_out", 4, "exact"),
    ("visits_in", 1, "exact"),
    ("field_surveys", 1, "exact"),
    ("hero_studios", 1, "exact"),
    ("study_pairs", 4, "exact"),
    ("goals", 7, "exact"),
    ("next_year_tasks", 7, "exact"),
    ("dated_activities", 15, "exact"),
];

/// What the source does not state: null, printed as a dash, never 0.
const NOT_STATED: [&str; 5] = [
    "donation_amount",
    "heroes_total",
    "recuperation_headcount",
    "camp_headcount",
    "exam_points",
];

pub(crate) fn assert_is_the_2024_report(report: &Figures) {
    for (key, value, modality) in STATED {
        let figure = report.figure(key);
        assert_eq!(report.value(key), Some(value), "{key}: {figure}");
        assert_eq!(figure["modality"], modality, "{key}");
        assert!(
            !figure["sources"].as_array().unwrap().is_empty(),
            "{key} names no source"
        );
        assert!(!report.facts(key).is_empty(), "{key} names no fact");
    }
    for key in NOT_STATED {
        let figure = report.figure(key);
        assert!(figure["value"].is_null(), "{key}: {figure}");
        assert_eq!(figure["modality"], "unknown", "{key}");
        assert_eq!(figure["text"], "—", "{key}");
    }
    assert_eq!(
        report.0["figures"].as_object().unwrap().len(),
        STATED.len() + NOT_STATED.len()
    );
    assert_eq!(report.figure("aug1_participants")["text"], "20余人");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o08_the_2024_record_gives_the_2024_report() {
    let system = System::start().await;
    let empty = system.report(2024).await;
    assert!(
        empty.0["figures"]
            .as_object()
            .unwrap()
            .values()
            .all(|figure| figure["value"].is_null()),
        "{}",
        empty.0
    );

    let summary = system.load(&demo_folder()).await.unwrap();
    assert!(summary.conflicts.is_empty());
    let report = system.report(2024).await;
    assert_is_the_2024_report(&report);

    // Another year is another report.
    let other = system.report(2023).await;
    assert_eq!(other.value("spring_galas"), None);
    assert!(report.0["watermarks"]["410611"].is_object());
    system.finish(Lenience::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o08_a_changed_datum_changes_the_figure() {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(demo_folder()).unwrap() {
        let file = file.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let text = text
            .replace("3628", "3629")
            .replace("2024-07-10/2024-07-13", "2024-07-10/2024-07-15");
        std::fs::write(folder.path().join(file.file_name()), text).unwrap();
    }
    let system = System::start().await;
    system.load(folder.path()).await.unwrap();
    let report = system.report(2024).await;
    assert_eq!(report.value("volunteers_total"), Some(3629));
    assert_eq!(report.value("camp_days"), Some(6));
    assert_eq!(report.value("recuperation_days"), Some(7));
    system.finish(Lenience::Strict).await;
}

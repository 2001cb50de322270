//! The record of 2024 that comes with the system: it fits the contracts and is complete.

use std::path::Path;

use crate::load::{Plan, read};

fn demo() -> Plan {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/demo/hebi-2024")).unwrap()
}

#[test]
fn the_demo_folder_fits_the_contracts_and_is_complete() {
    let plan = demo();
    assert_eq!((plan.year(), plan.header.city.as_str()), (2024, "410600"));
    let wanted = [
        ("care.Activity", 4),
        ("care.CountStatement", 1),
        ("care.EntitlementPolicy", 2),
        ("care.FestivalRound", 2),
        ("donation.Audit", 1),
        ("donation.Campaign", 1),
        ("donation.CampaignPhase", 2),
        ("donation.DisclosureItem", 2),
        ("donation.Regulation", 3),
        ("donation.ReportRule", 1),
        ("member.CountStatement", 2),
        ("member.OrgUnit", 21),
        ("member.Person", 1),
        ("member.RoleAssignment", 1),
        ("oversight.ChronicleProject", 1),
        ("oversight.ChronicleStage", 2),
        ("oversight.Document", 2),
        ("oversight.Goal", 7),
        ("oversight.GovernanceBody", 2),
        ("oversight.Honour", 2),
        ("oversight.Meeting", 2),
        ("oversight.Plan", 1),
        ("oversight.PlanTask", 7),
        ("oversight.Resolution", 2),
        ("oversight.Rubric", 1),
        ("oversight.StudyPair", 4),
        ("publicity.BusLine", 2),
        ("publicity.Carrier", 2),
        ("publicity.CountStatement", 2),
        ("publicity.Event", 3),
        ("publicity.Exchange", 2),
        ("publicity.Outlet", 2),
        ("publicity.SixEnterCampaign", 1),
        ("publicity.SixEnterSession", 6),
        ("publicity.Venue", 2),
    ];
    assert_eq!(plan.per_kind().into_iter().collect::<Vec<_>>(), wanted);
}

#[test]
fn the_demo_folder_keeps_the_repetitions_of_its_source() {
    let plan = demo();
    let told: Vec<String> = plan
        .repeats()
        .iter()
        .map(|repeat| {
            format!(
                "{} ×{} {}",
                repeat.kind,
                repeat.times,
                repeat.locations.join(" ")
            )
        })
        .collect();
    let twice = "×2 L37 L41";
    let four = "×4 L39 L43 L45 L47";
    let mut wanted = vec![format!("publicity.SixEnterCampaign {twice}")];
    wanted.extend((0..6).map(|_| format!("publicity.SixEnterSession {twice}")));
    for kind in [
        "publicity.Event",
        "publicity.Event",
        "publicity.BusLine",
        "publicity.BusLine",
    ] {
        wanted.push(format!("{kind} {four}"));
    }
    assert_eq!(told, wanted);
    assert_eq!(plan.rows() - plan.len(), 7 + 12);
}

#[test]
fn every_fact_of_the_demo_names_its_source() {
    for fact in demo().facts {
        assert!(
            fact.sources.iter().all(|code| code.starts_with('S')),
            "{fact:?}"
        );
        assert!(
            !fact.sources.is_empty() && !fact.locations.is_empty(),
            "{fact:?}"
        );
    }
}

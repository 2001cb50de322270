//! The report as it leaves the service.

use jianyi_proto::member::events::v1 as member;
use jianyi_proto::oversight::events::v1::BodyKind;
use jianyi_proto::oversight::v1::*;

use crate::world::{World, exactly, fact};

#[tokio::test]
async fn o08_the_json_has_every_key_in_order_and_unknown_ones_are_null() {
    let mut world = World::start().await;
    let body = world.body(BodyKind::Council).await;
    world.meeting(&body, 6, "2024-06").await.unwrap();
    world.settle().await;
    let json = jianyi_oversight::report_json(&world.report().await);
    let keys: Vec<&String> = json["figures"].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 40);
    assert_eq!(
        (keys[0].as_str(), keys[39].as_str()),
        ("volunteers_total", "exam_points")
    );
    let meetings = &json["figures"]["governance_meetings"];
    assert_eq!(
        (&meetings["value"], &meetings["modality"], &meetings["text"]),
        (&1.into(), &"exact".into(), &"1".into())
    );
    assert!(meetings.get("stated").is_none());
    let amount = &json["figures"]["donation_amount"];
    assert_eq!(
        (&amount["value"], &amount["modality"], &amount["text"]),
        (&serde_json::Value::Null, &"unknown".into(), &"—".into())
    );
    assert_eq!(
        json["watermarks"]["410600"]["last_event_time"],
        "2024-12-31T00:00:00Z"
    );
    assert!(
        json["watermarks"]["410600"]["sequence"]["oversight"]
            .as_i64()
            .unwrap()
            > 0
    );
    let again = jianyi_oversight::report_json(&world.report().await);
    assert_eq!(json.to_string(), again.to_string());
}

#[tokio::test]
async fn a_stated_total_stands_beside_the_records_with_the_difference() {
    let world = World::start().await;
    let stated = member::CountStated {
        fact: fact("410600", "2024", "S11"),
        statement: "counties/410600/countStatements/1".into(),
        subject: "volunteers".into(),
        count: exactly(3628),
    };
    world
        .t
        .deliver(&stated, &stated.statement, "410600", 1)
        .await
        .unwrap();
    for (role, person) in [("1", "1"), ("2", "1"), ("3", "2")] {
        let started = member::RoleStarted {
            fact: fact("410611", "2024-01-01", "K9"),
            role: format!("counties/410611/roles/{role}"),
            person: format!("counties/410611/people/{person}"),
            kind: member::RoleKind::Volunteer.into(),
            tier: member::VolunteerTier::Patrol.into(),
            org_unit: String::new(),
        };
        world
            .t
            .deliver(&started, &started.role, "410611", 1)
            .await
            .unwrap();
    }
    let report = world.report().await;
    let figure = &report.figures["volunteers_total"];
    assert_eq!(
        (
            figure.value,
            figure.stated,
            figure.recorded,
            figure.difference
        ),
        (Some(3628), Some(3628), Some(2), Some(3626))
    );
    assert_eq!(figure.text, "3628(系统逐条登记 2,差 3626)");
    assert_eq!(figure.facts.len(), 4);
    let json = jianyi_oversight::report_json(&report);
    assert_eq!(json["figures"]["volunteers_total"]["difference"], 3626);
}

#[tokio::test]
async fn the_markdown_shows_sources_dashes_and_watermarks() {
    let mut world = World::start().await;
    let body = world.body(BodyKind::Supervisors).await;
    let meeting = world.meeting(&body, 6, "2024-06").await.unwrap();
    world.settle().await;
    let request = RenderAnnualReportRequest {
        year: 2024,
        ..Default::default()
    };
    let markdown = world
        .oversight
        .render_annual_report(request)
        .await
        .unwrap()
        .into_inner()
        .markdown;
    assert!(markdown.contains("| 理事会、监事会会议 | 1 | 次 | S41 |"));
    assert!(markdown.contains("| 募捐金额 | — | 元 | — |"));
    assert!(markdown.contains(&format!(
        "- 2024年6月:召开监事会会议(第1届第6次)。(来源:S41;依据:{})",
        meeting.name
    )));
    assert!(markdown.contains("| 410600 鹤壁市 | — | — | 督导 "));

    let request = ListChronicleEntriesRequest { year: 2024 };
    let entries = world
        .oversight
        .list_chronicle_entries(request)
        .await
        .unwrap()
        .into_inner()
        .entries;
    assert_eq!(
        entries.iter().map(|entry| &entry.fact).collect::<Vec<_>>(),
        [&meeting.name]
    );
}

#[tokio::test]
async fn v132_what_leaves_the_system_says_who_took_it_and_is_on_record() {
    let mut world = World::start().await;
    world.settle().await;
    let before = audit_rows(&world).await;
    let request = RenderAnnualReportRequest {
        year: 2024,
        ..Default::default()
    };
    let taken = world
        .oversight
        .render_annual_report(request)
        .await
        .unwrap()
        .into_inner();
    let stamp = taken.stamp.unwrap();
    assert_eq!(
        (stamp.exported_by.as_str(), stamp.entries),
        ("test:everybody", 0)
    );
    let figures = world.report().await.figures.len();
    assert_eq!(usize::try_from(stamp.figures), Ok(figures));
    assert_eq!(
        taken.markdown.lines().last(),
        Some(
            format!(
                "导出:test:everybody;时间:2024-12-31 08:00:00(北京时间);指标 {figures} 项,大事记 0 条"
            )
            .as_str()
        )
    );
    assert_eq!(audit_rows(&world).await, before + 1);
}

/// A page takes the same workbook as the command line: both ask for it here.
#[tokio::test]
async fn v132_the_workbook_leaves_marked_and_recorded_too() {
    let mut world = World::start().await;
    world.settle().await;
    let before = audit_rows(&world).await;
    let ask = |format, unit: &str| RenderAnnualReportRequest {
        year: 2024,
        format,
        reporting_unit: unit.into(),
    };
    let taken = world
        .oversight
        .render_annual_report(ask(ReportFormat::Xlsx.into(), "某市协会"))
        .await
        .unwrap()
        .into_inner();
    assert!(taken.workbook.starts_with(b"PK"));
    assert_eq!(taken.markdown, "");
    assert_eq!(taken.stamp.unwrap().exported_by, "test:everybody");
    assert_eq!(audit_rows(&world).await, before + 1);

    for wrong in [ask(7, ""), ask(0, &"县".repeat(101))] {
        let refused = world.oversight.render_annual_report(wrong).await;
        assert_eq!(refused.unwrap_err().code(), tonic::Code::InvalidArgument);
    }
    assert_eq!(audit_rows(&world).await, before + 1);
}

#[tokio::test]
async fn every_figure_says_what_it_counts_and_who_fills_it() {
    let world = World::start().await;
    for (key, figure) in world.report().await.figures {
        assert!(!figure.definition.is_empty(), "{key}");
        assert!(!figure.kept_by.is_empty(), "{key}");
    }
}

async fn audit_rows(world: &World) -> i64 {
    sqlx::query_scalar(
        "select count(*) from audit where method like '%/RenderAnnualReport' and caller = 'test:everybody'",
    )
    .fetch_one(&mut world.t.sql().await)
    .await
    .unwrap()
}

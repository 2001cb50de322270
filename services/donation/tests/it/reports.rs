//! Quarterly reports to the provincial foundation.

use jianyi_proto::donation::events::v1::{ReportScheduled, ReportSubmitted};
use jianyi_proto::donation::v1 as pb;
use tonic::Code;

use crate::desk::{Desk, reason};

async fn rule(desk: &Desk) -> pb::ReportRule {
    let rule = pb::ReportRule {
        title: "99公益日项目执行情况".into(),
        recipient: "省见义勇为基金会".into(),
        from_year: 2024,
        to_year: 2025,
        ..Default::default()
    };
    let request = pb::CreateReportRuleRequest {
        report_rule: Some(rule),
        request_id: "rule".into(),
        ..Default::default()
    };
    desk.client()
        .create_report_rule(request)
        .await
        .unwrap()
        .into_inner()
}

async fn obligations(desk: &Desk, year: i32) -> Vec<pb::ReportObligation> {
    let request = pb::ListReportObligationsRequest {
        year,
        ..Default::default()
    };
    let mut listed = desk
        .client()
        .list_report_obligations(request)
        .await
        .unwrap()
        .into_inner()
        .report_obligations;
    listed.sort_by_key(|obligation| obligation.quarter);
    listed
}

#[tokio::test]
async fn d21_a_rule_makes_four_reports_due_a_year() {
    let desk = Desk::open().await;
    let rule = rule(&desk).await;
    let due: Vec<_> = obligations(&desk, 2024)
        .await
        .into_iter()
        .map(|one| one.due_on)
        .collect();
    assert_eq!(
        due,
        ["2024-04-10", "2024-07-10", "2024-10-10", "2025-01-10"]
    );
    let events = desk.events::<ReportScheduled>().await;
    let quarters: Vec<_> = events
        .iter()
        .map(|event| (event.year, event.quarter))
        .collect();
    assert_eq!(quarters, [(2024, 1), (2024, 2), (2024, 3), (2024, 4)]);
    assert_eq!(events[1].fact.as_ref().unwrap().on, "2024-Q2");

    let schedule = |year| pb::ScheduleReportsRequest {
        name: rule.name.clone(),
        year,
        ..Default::default()
    };
    let first = desk
        .client()
        .schedule_reports(schedule(2025))
        .await
        .unwrap()
        .into_inner();
    let again = desk
        .client()
        .schedule_reports(schedule(2025))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((first.report_obligations.len(), first == again), (4, true));
    assert_eq!(desk.events::<ReportScheduled>().await.len(), 8);
    let ended = desk
        .client()
        .schedule_reports(schedule(2026))
        .await
        .unwrap_err();
    assert_eq!(reason(&ended), "REPORT_RULE_NOT_IN_FORCE");

    let request = pb::CreateReportRuleRequest {
        report_rule: Some(pb::ReportRule {
            name: String::new(),
            ..rule
        }),
        ..Default::default()
    };
    assert_eq!(
        desk.client()
            .create_report_rule(request)
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
}

#[tokio::test]
async fn d21_a_report_is_submitted_once_after_its_quarter() {
    let desk = Desk::open().await;
    rule(&desk).await;
    // The clock stands at 2024-12-31, 08:00 in Shanghai: three quarters are over, all three overdue.
    let listed = obligations(&desk, 2024).await;
    assert_eq!(
        listed.iter().map(|one| one.overdue).collect::<Vec<_>>(),
        [true, true, true, false]
    );
    let submit = |one: &pb::ReportObligation, on: &str| pb::SubmitReportRequest {
        name: one.name.clone(),
        submitted_on: on.into(),
        receipt_no: "回执-1".into(),
        ..Default::default()
    };
    let submitted = desk
        .client()
        .submit_report(submit(&listed[0], "2024-04-08"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (submitted.state(), submitted.overdue),
        (pb::ReportObligationState::Submitted, false)
    );
    let again = desk
        .client()
        .submit_report(submit(&listed[0], "2024-04-09"))
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "REPORT_ALREADY_SUBMITTED");
    let early = desk
        .client()
        .submit_report(submit(&listed[3], ""))
        .await
        .unwrap_err();
    assert_eq!(reason(&early), "REPORT_PERIOD_OPEN");
    // Sixteen hours later it is next year in Shanghai, though not yet in Greenwich.
    desk.service
        .clock()
        .advance(std::time::Duration::from_secs(16 * 3600));
    desk.client()
        .submit_report(submit(&listed[3], ""))
        .await
        .unwrap();
    let events = desk.events::<ReportSubmitted>().await;
    assert_eq!(events[1].fact.as_ref().unwrap().on, "2025-01-01");
}

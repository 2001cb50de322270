//! Goals, plans, tasks, study, chronicle.

use jianyi_proto::oversight::events::v1 as ev;
use jianyi_proto::oversight::v1::*;
use tonic::Code;

use crate::world::{World, reason, source};

async fn plan(world: &mut World, year: i32) -> Plan {
    let plan = Plan {
        year,
        title: "工作计划".into(),
        adopted_on: "2024-12".into(),
        provenance: source("S50"),
        ..Default::default()
    };
    world
        .oversight
        .create_plan(CreatePlanRequest {
            plan: Some(plan),
            request_id: String::new(),
        })
        .await
        .unwrap()
        .into_inner()
}

async fn task(world: &mut World, plan: &Plan, ordinal: i32) -> PlanTask {
    let task = PlanTask {
        ordinal,
        title: format!("任务{ordinal}"),
        owner: "综合科".into(),
        provenance: source("S50"),
        ..Default::default()
    };
    let request = CreatePlanTaskRequest {
        parent: plan.name.clone(),
        plan_task: Some(task),
        request_id: String::new(),
    };
    world
        .oversight
        .create_plan_task(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn o01_the_next_year_has_seven_tasks_each_with_owner_and_progress() {
    let mut world = World::start().await;
    let next = plan(&mut world, 2025).await;
    for ordinal in 1..=7 {
        task(&mut world, &next, ordinal).await;
    }
    let list = ListPlanTasksRequest {
        parent: next.name.clone(),
        ..Default::default()
    };
    let tasks = world
        .oversight
        .list_plan_tasks(list)
        .await
        .unwrap()
        .into_inner()
        .plan_tasks;
    assert_eq!(tasks.len(), 7);
    assert!(
        tasks
            .iter()
            .all(|task| task.owner == "综合科" && task.state() == TaskState::NotStarted)
    );
    world.settle().await;
    assert_eq!(world.figure("next_year_tasks").await.value, Some(7));
}

#[tokio::test]
async fn o01_progress_moves_forwards_with_evidence_and_an_etag() {
    let mut world = World::start().await;
    let next = plan(&mut world, 2025).await;
    let task = task(&mut world, &next, 1).await;
    let update = |state: TaskState, etag: &str| UpdateTaskProgressRequest {
        name: task.name.clone(),
        state: state.into(),
        milestones: vec![Milestone {
            title: "初步方案".into(),
            due_on: "2025-03".into(),
            reached_on: "2025-02-20".into(),
        }],
        evidence: vec!["meetings/1".into()],
        etag: etag.into(),
        request_id: String::new(),
    };
    let done = world
        .oversight
        .update_task_progress(update(TaskState::Done, &task.etag))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (done.state(), done.etag.as_str(), done.evidence.len()),
        (TaskState::Done, "2", 1)
    );
    let stale = world
        .oversight
        .update_task_progress(update(TaskState::Done, &task.etag))
        .await
        .unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    let refused = world
        .oversight
        .update_task_progress(update(TaskState::InProgress, ""))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "TASK_PROGRESS_BACKWARDS");
    let read = world
        .oversight
        .get_plan_task(GetPlanTaskRequest {
            name: task.name.clone(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(read, done);
}

#[tokio::test]
async fn o15_goals_and_study_pairs_are_counted_and_sessions_recorded() {
    let mut world = World::start().await;
    for (group, ordinals) in [
        (ev::GoalGroup::Coverage, 1..=4),
        (ev::GoalGroup::Improvement, 1..=3),
    ] {
        for ordinal in ordinals {
            let goal = Goal {
                title: format!("目标{}{ordinal}", group.as_str_name()),
                group: group.into(),
                ordinal,
                valid_from_year: 2024,
                provenance: source("S49"),
                ..Default::default()
            };
            world
                .oversight
                .create_goal(CreateGoalRequest {
                    goal: Some(goal),
                    request_id: String::new(),
                })
                .await
                .unwrap();
        }
    }
    for kind in [
        ev::StudyKind::Theory,
        ev::StudyKind::Policy,
        ev::StudyKind::Profession,
        ev::StudyKind::Discipline,
    ] {
        let pair = StudyPair {
            kind: kind.into(),
            provenance: source("S46"),
            ..Default::default()
        };
        world
            .oversight
            .create_study_pair(CreateStudyPairRequest {
                study_pair: Some(pair),
                request_id: String::new(),
            })
            .await
            .unwrap();
    }
    let session = StudySession {
        kind: ev::StudyKind::Theory.into(),
        held_on: "2024-03-12".into(),
        ..Default::default()
    };
    let request = CreateStudySessionRequest {
        study_session: Some(session),
        request_id: String::new(),
    };
    let session = world
        .oversight
        .create_study_session(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(session.division, "410600");
    world.settle().await;
    let report = world.report().await;
    assert_eq!(report.figures["goals"].value, Some(7));
    assert_eq!(report.figures["study_pairs"].value, Some(4));
    assert!(
        report
            .chronicle
            .iter()
            .any(|entry| entry.fact == session.name)
    );
}

#[tokio::test]
async fn o14_a_chronicle_reaches_its_stages() {
    let mut world = World::start().await;
    let project = ChronicleProject {
        title: "见义勇为志".into(),
        provenance: source("S48"),
        ..Default::default()
    };
    let request = CreateChronicleProjectRequest {
        chronicle_project: Some(project),
        request_id: String::new(),
    };
    let project = world
        .oversight
        .create_chronicle_project(request)
        .await
        .unwrap()
        .into_inner();
    let stage = |stage: ev::ChronicleStage, reached_on: &str| CreateChronicleStageRequest {
        parent: project.name.clone(),
        chronicle_stage: Some(ChronicleStage {
            stage: stage.into(),
            reached_on: reached_on.into(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    world
        .oversight
        .create_chronicle_stage(stage(ev::ChronicleStage::Drafted, "2024-12"))
        .await
        .unwrap();
    world
        .oversight
        .create_chronicle_stage(stage(ev::ChronicleStage::Started, ""))
        .await
        .unwrap();
    let again = world
        .oversight
        .create_chronicle_stage(stage(ev::ChronicleStage::Drafted, "2024-12"))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);

    let advance = |stage: ev::ChronicleStage| AdvanceChronicleRequest {
        name: project.name.clone(),
        stage: stage.into(),
        reached_on: "2025-04".into(),
        ..Default::default()
    };
    let backwards = world
        .oversight
        .advance_chronicle(advance(ev::ChronicleStage::Drafted))
        .await
        .unwrap_err();
    assert_eq!(reason(&backwards), "CHRONICLE_STAGE_BACKWARDS");
    let advanced = world
        .oversight
        .advance_chronicle(advance(ev::ChronicleStage::Printed))
        .await
        .unwrap()
        .into_inner();
    let stages: Vec<_> = advanced.stages.iter().map(ChronicleStage::stage).collect();
    assert_eq!(
        stages,
        [
            ev::ChronicleStage::Started,
            ev::ChronicleStage::Drafted,
            ev::ChronicleStage::Printed
        ]
    );
    let read = world
        .oversight
        .get_chronicle_project(GetChronicleProjectRequest {
            name: project.name.clone(),
        })
        .await
        .unwrap();
    assert_eq!(read.into_inner(), advanced);
    world.settle().await;
    assert!(
        world
            .report()
            .await
            .chronicle
            .iter()
            .any(|entry| entry.kind == "oversight.chronicle_stage.drafted")
    );
}

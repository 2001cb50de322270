//! What this service's own events mean; they come back through the stream like everybody's.

use jianyi_proto::oversight::events::v1 as ev;

use crate::domain::fact::Measures;
use crate::projection::reading::{Reading, Table, counted, current, kind, known, named, statement};

/// Fills the table.
pub(crate) fn readings(table: &mut Table) {
    table.on(|e: ev::GoalSet| {
        current(
            e.goal.clone(),
            kind("oversight.goal", "GOAL_GROUP_", e.group().as_str_name()),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::PlanAdopted| {
        current(
            e.plan,
            "oversight.plan".into(),
            e.fact,
            Measures {
                year: Some(e.year),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::PlanTaskSet| {
        let measures = Measures {
            year: Some(e.year),
            ordinal: known(e.ordinal),
            ..Measures::default()
        };
        current(e.task, "oversight.plan_task".into(), e.fact, measures)
    });
    table.on(|e: ev::GovernanceBodyFormed| {
        let measures = Measures {
            term: Some(e.term),
            ..Measures::default()
        };
        current(
            e.body.clone(),
            kind("oversight.body", "BODY_KIND_", e.kind().as_str_name()),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::MeetingHeld| {
        let measures = Measures {
            term: Some(e.term),
            number: Some(e.number),
            ..Measures::default()
        };
        current(
            e.meeting.clone(),
            kind(
                "oversight.meeting",
                "BODY_KIND_",
                e.body_kind().as_str_name(),
            ),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::ResolutionAdopted| {
        let measures = Measures {
            parent: named(e.meeting),
            document: named(e.document),
            ..Measures::default()
        };
        current(
            e.resolution,
            "oversight.resolution".into(),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::RubricPublished| {
        current(
            e.rubric,
            "oversight.rubric".into(),
            e.fact,
            Measures {
                year: Some(e.year),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::ScoreRecorded| {
        let measures = Measures {
            year: Some(e.year),
            parent: named(e.rubric),
            ..Measures::default()
        };
        current(e.score, "oversight.score".into(), e.fact, measures)
    });
    table.on(|e: ev::StudyPairSet| {
        current(
            e.pair.clone(),
            kind(
                "oversight.study_pair",
                "STUDY_KIND_",
                e.kind().as_str_name(),
            ),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::StudySessionHeld| {
        current(
            e.session.clone(),
            kind(
                "oversight.study_session",
                "STUDY_KIND_",
                e.kind().as_str_name(),
            ),
            e.fact,
            Measures::default(),
        )
    });
    // A chronicle reaches several stages, each a fact of its own.
    table.on(|e: ev::ChronicleStageReached| {
        let kind = kind(
            "oversight.chronicle_stage",
            "CHRONICLE_STAGE_",
            e.stage().as_str_name(),
        );
        current(
            e.record,
            kind,
            e.fact,
            Measures {
                parent: named(e.chronicle),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::HonourReceived| {
        let measures = Measures {
            count: counted(e.peers)?,
            ..Measures::default()
        };
        current(
            e.honour.clone(),
            kind("oversight.honour", "HONOUR_KIND_", e.kind().as_str_name()),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::CountStated| statement("oversight", e.statement, e.fact, e.subject, e.count));
    table.on(|_: ev::CountySiteAdded| Ok(Reading::Aside));
    table.on(|_: ev::CountySiteUpdated| Ok(Reading::Aside));
    table.on(|_: ev::CountySiteRemoved| Ok(Reading::Aside));
    table.on(|_: ev::CountySilent| Ok(Reading::Aside));
    table.on(|_: ev::CountyBack| Ok(Reading::Aside));
    table.on(|_: ev::CountyCertificateExpiring| Ok(Reading::Aside));
}

//! Domain words for the wire, where both replies and events need them.

use jianyi_proto::convert;
use jianyi_proto::oversight::events::v1 as ev;
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::body::BodyKind;
use crate::domain::chronicle::{ChronicleProject, ChronicleStage, Stage};
use crate::domain::codes::Code;
use crate::domain::goal::GoalGroup;
use crate::domain::honour::HonourKind;
use crate::domain::study::StudyKind;

/// The name on the wire of a code.
pub(crate) fn wire_name<C: Code>(prefix: &str, value: C) -> String {
    format!("{prefix}{}", value.code().to_uppercase())
}

/// Which of the two groups, for the wire.
pub(crate) fn goal_group(value: GoalGroup) -> i32 {
    ev::GoalGroup::from_str_name(&wire_name("GOAL_GROUP_", value))
        .unwrap_or_default()
        .into()
}

/// Which kind of body, for the wire.
pub(crate) fn body_kind(value: BodyKind) -> i32 {
    ev::BodyKind::from_str_name(&wire_name("BODY_KIND_", value))
        .unwrap_or_default()
        .into()
}

/// Which of the four pairs, for the wire.
pub(crate) fn study_kind(value: StudyKind) -> i32 {
    ev::StudyKind::from_str_name(&wire_name("STUDY_KIND_", value))
        .unwrap_or_default()
        .into()
}

/// Which stage, for the wire.
pub(crate) fn stage(value: Stage) -> i32 {
    ev::ChronicleStage::from_str_name(&wire_name("CHRONICLE_STAGE_", value))
        .unwrap_or_default()
        .into()
}

/// Which kind of honour, for the wire.
pub(crate) fn honour_kind(value: HonourKind) -> i32 {
    ev::HonourKind::from_str_name(&wire_name("HONOUR_KIND_", value))
        .unwrap_or_default()
        .into()
}

/// A chronicle for the wire, its stages in their order.
pub(crate) fn project(
    stored: Stored<ChronicleProject>,
    mut stages: Vec<Stored<ChronicleStage>>,
) -> pb::ChronicleProject {
    stages.sort_by_key(|stage| stage.it.stage);
    pb::ChronicleProject {
        name: stored.id.name(),
        title: stored.it.title,
        stages: stages.into_iter().map(Into::into).collect(),
        provenance: Some(stored.it.provenance.into()),
        create_time: Some(convert::timestamp(stored.created_at)),
        etag: stored.version.to_string(),
    }
}

//! The making of a chronicle: stages in a fixed order, each reached once, dates never against the order.

use jianyi_kernel::{DomainError, FuzzyDate, Id, IdKind, Provenance};

use crate::domain::codes::{Code as _, codes};
use crate::domain::meeting::certainly_before;

codes! {
    /// The stages, in their order.
    Stage {
        /// 启动
        Started = "started",
        /// 初稿
        Drafted = "drafted",
        /// 审稿
        Reviewed = "reviewed",
        /// 定稿
        Final = "final",
        /// 编印
        Printed = "printed",
    }
}

/// A chronicle in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChronicleProject {
    /// Its title.
    pub(crate) title: String,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for ChronicleProject {
    const COLLECTION: &'static str = "chronicles";
}

/// A stage that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChronicleStage {
    /// The chronicle.
    pub(crate) chronicle: Id<ChronicleProject>,
    /// Which stage.
    pub(crate) stage: Stage,
    /// When.
    pub(crate) reached_on: FuzzyDate,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for ChronicleStage {
    const COLLECTION: &'static str = "stages";
}

/// Why a stage is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChronicleError {
    /// Its date contradicts the order of stages.
    #[error("{stage:?} contradicts the date of {other:?}")]
    OutOfOrder {
        /// The new stage.
        stage: Stage,
        /// The recorded one.
        other: Stage,
    },
    /// The chronicle is at this stage or beyond it.
    #[error("the chronicle is at {latest:?} already")]
    Backwards {
        /// The new stage.
        stage: Stage,
        /// Where it is.
        latest: Stage,
    },
}

impl DomainError for ChronicleError {
    const DOMAIN: &'static str = crate::domain::DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::OutOfOrder { .. } => "CHRONICLE_STAGE_OUT_OF_ORDER",
            Self::Backwards { .. } => "CHRONICLE_STAGE_BACKWARDS",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::OutOfOrder { .. } => "阶段日期与已登记阶段的先后矛盾,请核对日期".into(),
            Self::Backwards { .. } => "编纂阶段只能向前推进,请选择更靠后的阶段".into(),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfOrder { stage, other } => vec![
                ("stage", stage.code().into()),
                ("other", other.code().into()),
            ],
            Self::Backwards { stage, latest } => vec![
                ("stage", stage.code().into()),
                ("latest", latest.code().into()),
            ],
        }
    }
}

impl ChronicleStage {
    /// Checks that dates go with the order of stages.
    ///
    /// # Errors
    /// [`ChronicleError::OutOfOrder`] with the first stage it contradicts.
    pub(crate) fn fits(&self, reached: &[(Stage, FuzzyDate)]) -> Result<(), ChronicleError> {
        let contradicted = reached.iter().find(|(stage, on)| {
            (*stage < self.stage && certainly_before(&self.reached_on, on))
                || (*stage > self.stage && certainly_before(on, &self.reached_on))
        });
        match contradicted {
            None => Ok(()),
            Some((other, _)) => Err(ChronicleError::OutOfOrder {
                stage: self.stage,
                other: *other,
            }),
        }
    }

    /// Checks that the stage lies ahead of everything reached, and fits.
    ///
    /// # Errors
    /// [`ChronicleError::Backwards`], or as [`ChronicleStage::fits`].
    pub(crate) fn advances(&self, reached: &[(Stage, FuzzyDate)]) -> Result<(), ChronicleError> {
        match reached.iter().map(|(stage, _)| *stage).max() {
            Some(latest) if latest >= self.stage => Err(ChronicleError::Backwards {
                stage: self.stage,
                latest,
            }),
            Some(_) | None => self.fits(reached),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> FuzzyDate {
        FuzzyDate::parse("on", text).unwrap()
    }

    fn stage(stage: Stage, reached_on: &str) -> ChronicleStage {
        ChronicleStage {
            chronicle: Id::from_uuid(uuid::Uuid::nil()),
            stage,
            reached_on: on(reached_on),
            provenance: Provenance::default(),
        }
    }

    #[test]
    fn o14_stages_are_recorded_in_any_order_but_dated_in_theirs() {
        let drafted = [(Stage::Drafted, on("2024-12"))];
        assert!(stage(Stage::Started, "").fits(&drafted).is_ok());
        assert!(stage(Stage::Started, "2024-05").fits(&drafted).is_ok());
        assert!(stage(Stage::Started, "2025").fits(&drafted).is_err());
        assert!(stage(Stage::Printed, "2024-11").fits(&drafted).is_err());
        assert!(stage(Stage::Printed, "(近期)").fits(&drafted).is_ok());
    }

    #[test]
    fn o14_a_chronicle_advances_forwards_only() {
        let drafted = [(Stage::Drafted, on(""))];
        assert!(stage(Stage::Final, "2025-03").advances(&drafted).is_ok());
        assert!(matches!(
            stage(Stage::Drafted, "").advances(&drafted),
            Err(ChronicleError::Backwards { .. })
        ));
        assert!(stage(Stage::Started, "").advances(&[]).is_ok());
    }
}

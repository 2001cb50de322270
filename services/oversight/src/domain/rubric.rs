//! Assessment rubrics: drafts may be edited, published ones only copied (O02, V-117).

use jianyi_kernel::{DomainError, FuzzyDate, Id, IdKind, Provenance};

use crate::domain::codes::codes;
use crate::domain::document::Document;

codes! {
    /// Whether a rubric may still be edited.
    RubricState {
        /// It may.
        Draft = "draft",
        /// It may not.
        Published = "published",
    }
}

codes! {
    /// How an indicator is scored.
    IndicatorKind {
        /// 计数
        Count = "count",
        /// 比率
        Ratio = "ratio",
        /// 是否
        YesNo = "yes_no",
        /// 扣分
        Deduct = "deduct",
        /// 加分
        Bonus = "bonus",
        /// 一票否决
        Veto = "veto",
    }
}

impl IndicatorKind {
    /// Whether its weight is part of the 100; what is added or taken off on top is not.
    const fn is_weighted(self) -> bool {
        match self {
            Self::Count | Self::Ratio | Self::YesNo => true,
            Self::Deduct | Self::Bonus | Self::Veto => false,
        }
    }
}

/// One line of a rubric.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Indicator {
    /// Its number.
    pub(crate) ordinal: i32,
    /// What is assessed.
    pub(crate) title: String,
    /// How it is scored.
    pub(crate) kind: IndicatorKind,
    /// Points.
    pub(crate) weight_points: i32,
}

/// A year's rubric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rubric {
    /// The assessed year.
    pub(crate) year: i32,
    /// As printed.
    pub(crate) title: String,
    /// The document it rests on.
    pub(crate) based_on: Option<Id<Document>>,
    /// When it was published; unknown for a draft.
    pub(crate) published_on: FuzzyDate,
    /// Whether it may still be edited.
    pub(crate) state: RubricState,
    /// Its lines; `None` when no source gives them, which is not the same as having none.
    pub(crate) indicators: Option<Vec<Indicator>>,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Rubric {
    const COLLECTION: &'static str = "rubrics";
}

/// Why a rubric refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RubricError {
    /// Its weights do not make 100.
    #[error("the weights make {0}, not 100")]
    WeightsNot100(i64),
    /// It is published.
    #[error("a published rubric does not change")]
    Published,
    /// It is not published.
    #[error("nobody is scored under a draft")]
    NotPublished,
}

impl DomainError for RubricError {
    const DOMAIN: &'static str = crate::domain::DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::WeightsNot100(_) => "RUBRIC_WEIGHTS_NOT_100",
            Self::Published => "RUBRIC_PUBLISHED",
            Self::NotPublished => "RUBRIC_NOT_PUBLISHED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::WeightsNot100(sum) => format!("各项权重合计为{sum}分,须为100分才能发布,请调整"),
            Self::Published => "细则已发布,不能再改;如需修改,请复制为新年度的细则".into(),
            Self::NotPublished => "细则尚未发布,请先发布再登记考评结果".into(),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WeightsNot100(sum) => vec![("sum", sum.to_string())],
            Self::Published | Self::NotPublished => Vec::new(),
        }
    }
}

impl Rubric {
    /// Publishes a draft.
    ///
    /// # Errors
    /// [`RubricError::Published`] when it is; [`RubricError::WeightsNot100`] when its known weights do
    /// not make 100. Unknown indicators are no obstacle: that it was published is a fact of its own.
    pub(crate) fn publish(mut self, published_on: FuzzyDate) -> Result<Self, RubricError> {
        self.must_be_draft()?;
        if let Some(indicators) = &self.indicators {
            let sum: i64 = indicators
                .iter()
                .filter(|i| i.kind.is_weighted())
                .map(|i| i64::from(i.weight_points))
                .sum();
            if sum != 100 {
                return Err(RubricError::WeightsNot100(sum));
            }
        }
        self.state = RubricState::Published;
        self.published_on = published_on;
        Ok(self)
    }

    /// Replaces the lines of a draft.
    ///
    /// # Errors
    /// [`RubricError::Published`] when it is published.
    pub(crate) fn edit(mut self, indicators: Option<Vec<Indicator>>) -> Result<Self, RubricError> {
        self.must_be_draft()?;
        self.indicators = indicators;
        Ok(self)
    }

    /// A draft for another year with the same lines.
    pub(crate) fn copy_for(&self, year: i32, title: Option<String>) -> Self {
        Self {
            year,
            title: title.unwrap_or_else(|| self.title.clone()),
            based_on: None,
            published_on: FuzzyDate::unknown(),
            state: RubricState::Draft,
            indicators: self.indicators.clone(),
            provenance: Provenance::default(),
        }
    }

    /// Checks that counties may be scored under it.
    ///
    /// # Errors
    /// [`RubricError::NotPublished`] for a draft.
    pub(crate) const fn must_be_published(&self) -> Result<(), RubricError> {
        match self.state {
            RubricState::Published => Ok(()),
            RubricState::Draft => Err(RubricError::NotPublished),
        }
    }

    const fn must_be_draft(&self) -> Result<(), RubricError> {
        match self.state {
            RubricState::Draft => Ok(()),
            RubricState::Published => Err(RubricError::Published),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(indicators: Option<Vec<Indicator>>) -> Rubric {
        Rubric {
            year: 2024,
            title: "细则".into(),
            based_on: None,
            published_on: FuzzyDate::unknown(),
            state: RubricState::Draft,
            indicators,
            provenance: Provenance::default(),
        }
    }

    fn indicator(kind: IndicatorKind, weight_points: i32) -> Indicator {
        Indicator {
            ordinal: 1,
            title: "指标".into(),
            kind,
            weight_points,
        }
    }

    #[test]
    fn v117_known_weights_make_100_or_nothing_is_published() {
        use IndicatorKind::{Bonus, Count, Deduct, Ratio, Veto, YesNo};
        let publish = |lines: &[(IndicatorKind, i32)]| {
            draft(Some(
                lines
                    .iter()
                    .map(|(kind, weight)| indicator(*kind, *weight))
                    .collect(),
            ))
            .publish(FuzzyDate::unknown())
        };
        assert!(
            publish(&[
                (Count, 60),
                (Ratio, 30),
                (YesNo, 10),
                (Bonus, 5),
                (Deduct, 10),
                (Veto, 0)
            ])
            .is_ok()
        );
        assert_eq!(
            publish(&[(Count, 60), (Ratio, 30)]),
            Err(RubricError::WeightsNot100(90))
        );
        assert_eq!(
            publish(&[(Count, 95), (Bonus, 5)]),
            Err(RubricError::WeightsNot100(95))
        );
        assert!(draft(None).publish(FuzzyDate::unknown()).is_ok());
    }

    #[test]
    fn o02_a_published_rubric_is_copied_not_edited() {
        let published = draft(Some(vec![indicator(IndicatorKind::Count, 100)]))
            .publish(FuzzyDate::unknown())
            .unwrap();
        assert_eq!(published.clone().edit(None), Err(RubricError::Published));
        assert_eq!(
            published.clone().publish(FuzzyDate::unknown()),
            Err(RubricError::Published)
        );
        let copy = published.copy_for(2025, None);
        assert_eq!((copy.year, copy.state), (2025, RubricState::Draft));
        assert!(copy.clone().edit(None).is_ok());
        assert!(copy.must_be_published().is_err());
    }
}

//! Why a unit is not entered, renamed or closed, and what a clerk can do about it.

use jianyi_kernel::DomainError;

use super::Kind;
use crate::domain::DOMAIN;

/// A rule of the organisation tree said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("a {} needs a unit above it", .kind.word())]
    ParentRequired { kind: Kind },
    #[error("the unit above a {} is of a kind that cannot carry it", .kind.word())]
    ParentKind { kind: Kind },
    #[error("the unit above is closed")]
    ParentClosed,
    #[error("a {} cannot stand at this level of division", .kind.word())]
    DivisionLevel { kind: Kind },
    #[error("the unit is closed")]
    Closed,
    #[error("a new name must begin after the unit opened and after its newest name began")]
    RenameOutOfOrder,
    #[error("the unit would close before it opened")]
    ClosedBeforeOpened,
    #[error("{count} units below are open")]
    OpenUnitsBelow { count: i64 },
}

impl Kind {
    /// The kind in English prose.
    const fn word(self) -> &'static str {
        match self {
            Self::CityAssociation => "city association",
            Self::CountyAssociation => "county association",
            Self::Station => "station",
            Self::LiaisonRoom => "liaison room",
            Self::HeroStudio => "hero studio",
            Self::VolunteerTeam => "volunteer team",
            Self::RescueOrganisation => "rescue organisation",
            Self::Partner => "partner",
        }
    }
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::ParentRequired { .. } => "PARENT_REQUIRED",
            Self::ParentKind { .. } => "PARENT_KIND",
            Self::ParentClosed => "PARENT_CLOSED",
            Self::DivisionLevel { .. } => "DIVISION_LEVEL",
            Self::Closed => "ORG_UNIT_CLOSED",
            Self::RenameOutOfOrder => "RENAME_OUT_OF_ORDER",
            Self::ClosedBeforeOpened => "CLOSED_BEFORE_OPENED",
            Self::OpenUnitsBelow { .. } => "OPEN_UNITS_BELOW",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::ParentRequired { .. } => {
                "请填写上级单位:工作站的上级是县区协会,联络室的上级是工作站".into()
            }
            Self::ParentKind { .. } => "上级单位的类型不对,请核对组织层级".into(),
            Self::ParentClosed => "上级单位已撤销,请先选择现存的上级单位".into(),
            Self::DivisionLevel { .. } => {
                "所在区划的级别不对:市协会在市,县区协会在县区,工作站和联络室在乡镇(办)".into()
            }
            Self::Closed => "该单位已撤销,不能再更改".into(),
            Self::RenameOutOfOrder => "新名称的启用日期应晚于成立日期和上次更名日期,请核对".into(),
            Self::ClosedBeforeOpened => "撤销日期早于成立日期,请核对".into(),
            Self::OpenUnitsBelow { count } => {
                format!("还有 {count} 个下级单位未撤销,请先处理下级单位")
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OpenUnitsBelow { count } => vec![("open_units", count.to_string())],
            Self::ParentRequired { .. }
            | Self::ParentKind { .. }
            | Self::ParentClosed
            | Self::DivisionLevel { .. }
            | Self::Closed
            | Self::RenameOutOfOrder
            | Self::ClosedBeforeOpened => Vec::new(),
        }
    }
}

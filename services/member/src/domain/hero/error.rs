//! Why a hero's state does not move, and what a clerk can do about it.

use jianyi_kernel::DomainError;

use crate::domain::DOMAIN;

/// Why a hero's state does not move.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the hero is not current")]
    NotCurrent,
    #[error("the revocation would precede the confirmation")]
    RevokedBeforeConfirmed,
    #[error("the date is in the future")]
    InFuture,
    #[error("the hero is sealed")]
    AlreadySealed,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::NotCurrent => "HERO_NOT_CURRENT",
            Self::RevokedBeforeConfirmed => "REVOKED_BEFORE_CONFIRMED",
            Self::InFuture => "DATE_IN_FUTURE",
            Self::AlreadySealed => "HERO_ALREADY_SEALED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotCurrent => "该英模已撤销或已故,不能再次登记",
            Self::RevokedBeforeConfirmed => "撤销日期早于确认日期,请核对",
            Self::InFuture => "日期晚于今天,请核对",
            Self::AlreadySealed => "该英模已经保密,无需再次登记",
        }
        .into()
    }
}

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
    #[error("the hero is sealed at this level or a higher one")]
    AlreadySealed,
    #[error("the hero is not sealed")]
    NotSealed,
    #[error("this level is released by a written consent")]
    ConsentRequired,
    #[error("the consent is not the subject's own")]
    ConsentNotTheSubjects,
    #[error("this level is released by a document of the authority that decided")]
    AuthorityRequired,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::NotCurrent => "HERO_NOT_CURRENT",
            Self::RevokedBeforeConfirmed => "REVOKED_BEFORE_CONFIRMED",
            Self::InFuture => "DATE_IN_FUTURE",
            Self::AlreadySealed => "HERO_ALREADY_SEALED",
            Self::NotSealed => "HERO_NOT_SEALED",
            Self::ConsentRequired => "CONSENT_REQUIRED",
            Self::ConsentNotTheSubjects => "CONSENT_NOT_THE_SUBJECTS",
            Self::AuthorityRequired => "AUTHORITY_REQUIRED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotCurrent => "该英模已撤销或已故,不能再次登记",
            Self::RevokedBeforeConfirmed => "撤销日期早于确认日期,请核对",
            Self::InFuture => "日期晚于今天,请核对",
            Self::AlreadySealed => "该英模已经保密,级别不低于所填级别,无需再次登记",
            Self::NotSealed => "该英模未保密,无需解除",
            Self::ConsentRequired => "因本人或家属要求而保密的,须有本人书面同意方可解除",
            Self::ConsentNotTheSubjects => "须由本人(已故的由近亲属,未成年人由监护人)书面同意",
            Self::AuthorityRequired => "因安全或国家秘密而保密的,须凭作出决定的机关的文件解除",
        }
        .into()
    }
}

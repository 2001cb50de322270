//! What identity refuses, each named after the rule broken.

use jianyi_kernel::{DomainError, Timestamp};

/// A rule that said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("too many failed logins; locked until {0}")]
    Locked(Timestamp),
    #[error("the account is disabled already")]
    AlreadyDisabled,
    #[error("this is the last account that can administer the city")]
    LastAdministrator,
    #[error("a minted token cannot manage accounts or mint tokens")]
    MintedToken,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "identity.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::Locked(_) => "LOGIN_LOCKED",
            Self::AlreadyDisabled => "ACCOUNT_DISABLED",
            Self::LastAdministrator => "LAST_ADMINISTRATOR",
            Self::MintedToken => "MINTED_TOKEN",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Locked(_) => {
                "连续登录失败次数过多,账号已锁定 30 分钟,请稍后再试或请管理员重置密码".into()
            }
            Self::AlreadyDisabled => "该账号已经停用,无需再次停用".into(),
            Self::LastAdministrator => {
                "这是最后一个可用的市级管理员账号,请先设立另一个管理员再停用".into()
            }
            Self::MintedToken => "签发的令牌不能管理账号或再签发令牌,请用账号密码登录后操作".into(),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Locked(until) => vec![("locked_until", until.rfc3339())],
            Self::AlreadyDisabled | Self::LastAdministrator | Self::MintedToken => Vec::new(),
        }
    }
}

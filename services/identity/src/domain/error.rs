//! What identity refuses, each named after the rule broken.

use jianyi_kernel::{DomainError, Timestamp};

/// A rule that said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("too many failed logins; locked until {0}")]
    Locked(Timestamp),
    #[error("the account is disabled already")]
    AlreadyDisabled,
    #[error("this is the last account that can make accounts, or grant")]
    LastAdministrator,
    #[error("the account holds nothing now")]
    NothingGranted,
    #[error("this is one of the account's last five passwords")]
    PasswordReused,
    #[error("the account has a second factor already")]
    SecondFactorEnrolled,
    #[error("there is no second factor to be confirmed")]
    SecondFactorMissing,
    #[error("nobody grants to himself")]
    GrantToOneself,
    #[error("these roles check each other and are held apart")]
    RolesApart,
    #[error("the account holds this already")]
    AlreadyGranted,
    #[error("the grant is over")]
    GrantEnded,
    #[error("the session is over")]
    SessionEnded,
    #[error("the first accounts are in use")]
    AlreadyInstalled,
    #[error("no grant of this account allows it")]
    BreakGlassNotAllowed,
    #[error("the client is disabled already")]
    ClientDisabled,
    #[error("no outside provider is configured")]
    OidcNotConfigured,
    #[error("this account or this somebody at the provider is linked already")]
    OidcLinked,
    #[error("the account is not linked at this provider")]
    OidcNotLinked,
    #[error("nobody links his own account")]
    OidcLinkToOneself,
    #[error("this is a county's branch: accounts are changed at the city")]
    AtTheCityOnly,
    #[error("the city has not confirmed this account since; it was valid until {0}")]
    BranchValidityEnded(Timestamp),
    #[error("the password is to be changed, at the city")]
    PasswordAtTheCity,
    #[error("a second factor is to be enrolled, at the city")]
    SecondFactorAtTheCity,
    #[error("the branch is ended already")]
    BranchEnded,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "identity.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::Locked(_) => "LOGIN_LOCKED",
            Self::AlreadyDisabled => "ACCOUNT_DISABLED",
            Self::LastAdministrator => "LAST_ADMINISTRATOR",
            Self::NothingGranted => "NOTHING_GRANTED",
            Self::PasswordReused => "PASSWORD_REUSED",
            Self::SecondFactorEnrolled => "SECOND_FACTOR_ENROLLED",
            Self::SecondFactorMissing => "SECOND_FACTOR_MISSING",
            Self::GrantToOneself => "GRANT_TO_ONESELF",
            Self::RolesApart => "ROLES_APART",
            Self::AlreadyGranted => "ALREADY_GRANTED",
            Self::GrantEnded => "GRANT_ENDED",
            Self::SessionEnded => "SESSION_ENDED",
            Self::AlreadyInstalled => "ALREADY_INSTALLED",
            Self::BreakGlassNotAllowed => "BREAK_GLASS_NOT_ALLOWED",
            Self::ClientDisabled => "CLIENT_DISABLED",
            Self::OidcNotConfigured => "OIDC_NOT_CONFIGURED",
            Self::OidcLinked => "OIDC_LINKED",
            Self::OidcNotLinked => "OIDC_NOT_LINKED",
            Self::OidcLinkToOneself => "OIDC_LINK_TO_ONESELF",
            Self::AtTheCityOnly => "AT_THE_CITY_ONLY",
            Self::BranchValidityEnded(_) => "BRANCH_VALIDITY_ENDED",
            Self::PasswordAtTheCity => "PASSWORD_AT_THE_CITY",
            Self::SecondFactorAtTheCity => "SECOND_FACTOR_AT_THE_CITY",
            Self::BranchEnded => "BRANCH_ENDED",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Locked(_) => {
                "连续登录失败次数过多,账号已锁定 30 分钟,请稍后再试或请安全管理员解锁"
            }
            Self::AlreadyDisabled => "该账号已经停用",
            Self::LastAdministrator => {
                "这是最后一个长期有效的系统(安全)管理员,请先设立另一个再操作"
            }
            Self::NothingGranted => "该账号目前没有任何授权,请联系安全管理员",
            Self::PasswordReused => "新密码不能与最近五次使用过的密码相同",
            Self::SecondFactorEnrolled => "该账号已经启用动态口令,如需更换请联系安全管理员重置",
            Self::SecondFactorMissing => "请先申请动态口令密钥,再进行确认",
            Self::GrantToOneself => "不能给自己授权",
            Self::RolesApart => {
                "这些角色相互制约,不能由同一账号担任(三员分立、制单与复核分离、审计不得经办)"
            }
            Self::AlreadyGranted => "该账号已经持有这项授权",
            Self::GrantEnded => "该授权已经结束",
            Self::SessionEnded => "该会话已经结束",
            Self::AlreadyInstalled => "首批账号已经启用,不能重新生成",
            Self::BreakGlassNotAllowed => "您的授权不允许申请应急权限,请联系安全管理员",
            Self::ClientDisabled => "该接入方已经停用",
            Self::OidcNotConfigured => "没有配置外部统一身份认证",
            Self::OidcLinked => "该账号或该外部身份已经绑定",
            Self::OidcNotLinked => "该账号没有绑定外部身份",
            Self::OidcLinkToOneself => "不能给自己的账号绑定外部身份",
            Self::AtTheCityOnly => {
                "本系统是县区分支,账号、口令、授权和接入方只能在市级系统变更,请待网络恢复后在市级办理"
            }
            Self::BranchValidityEnded(_) => {
                "县区分支与市级失去联系过久,该账号的离线登录期限已过,请恢复到市级的网络连接后再登录,紧急情况请电话联系市级系统管理员"
            }
            Self::PasswordAtTheCity => "该账号须先修改口令,请在网络恢复后登录市级系统修改,之后再在本县区登录",
            Self::SecondFactorAtTheCity => {
                "该账号的角色须先启用动态口令,请在网络恢复后登录市级系统启用,之后再在本县区登录"
            }
            Self::BranchEnded => "该县区分支已经停用",
        }
        .into()
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Locked(until) => vec![("locked_until", until.rfc3339())],
            Self::BranchValidityEnded(until) => vec![("valid_until", until.rfc3339())],
            Self::AlreadyDisabled
            | Self::LastAdministrator
            | Self::NothingGranted
            | Self::PasswordReused
            | Self::SecondFactorEnrolled
            | Self::SecondFactorMissing
            | Self::GrantToOneself
            | Self::RolesApart
            | Self::AlreadyGranted
            | Self::GrantEnded
            | Self::SessionEnded
            | Self::AlreadyInstalled
            | Self::BreakGlassNotAllowed
            | Self::ClientDisabled
            | Self::OidcNotConfigured
            | Self::OidcLinked
            | Self::OidcNotLinked
            | Self::OidcLinkToOneself
            | Self::AtTheCityOnly
            | Self::PasswordAtTheCity
            | Self::SecondFactorAtTheCity
            | Self::BranchEnded => Vec::new(),
        }
    }
}

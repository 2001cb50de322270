//! What identity alone is told: lives of tokens and sessions, the operator's key, and the outside provider.

use jianyi_kernel::{Fault, Violation};
use jianyi_ops::Settings;

use crate::domain::Limits;
use crate::oidc::OidcSettings;

/// Identity's settings, checked.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Seconds that an access token lives.
    pub(crate) access_ttl: i64,
    pub(crate) limits: Limits,
    /// The `x` of the operator's Ed25519 key; without it there is no operator.
    pub(crate) operator_key: Option<String>,
    /// Hours for which a branch may go by what it is told.
    pub(crate) branch_validity: i64,
    /// The outside provider; without it nobody logs in from there.
    pub(crate) oidc: Option<OidcSettings>,
}

impl Config {
    /// What holds when nothing is set.
    pub(crate) const fn unset() -> Self {
        Self {
            access_ttl: 15 * 60,
            limits: Limits {
                idle: 15 * 60,
                absolute: 8 * 60 * 60,
            },
            operator_key: None,
            branch_validity: 72,
            oidc: None,
        }
    }

    /// Reads `JIANYI_ACCESS_TTL_SECONDS`, `JIANYI_SESSION_IDLE_SECONDS`, `JIANYI_SESSION_SECONDS`,
    /// `JIANYI_OPERATOR_PUBLIC_KEY`, `JIANYI_BRANCH_VALIDITY_HOURS`, and those of [`OidcSettings`].
    pub(crate) fn read(settings: &Settings) -> Result<Self, Fault> {
        let unset = Self::unset();
        let operator_key = settings
            .get_or_file("JIANYI_OPERATOR_PUBLIC_KEY")?
            .map(|key| key.expose("a public key is no secret").clone());
        Ok(Self {
            access_ttl: seconds(settings, "JIANYI_ACCESS_TTL_SECONDS", unset.access_ttl)?,
            limits: Limits {
                idle: seconds(settings, "JIANYI_SESSION_IDLE_SECONDS", unset.limits.idle)?,
                absolute: seconds(settings, "JIANYI_SESSION_SECONDS", unset.limits.absolute)?,
            },
            operator_key,
            branch_validity: hours(
                settings,
                "JIANYI_BRANCH_VALIDITY_HOURS",
                unset.branch_validity,
            )?,
            oidc: OidcSettings::read(settings)?,
        })
    }
}

/// A number of seconds between a minute and a day.
fn seconds(settings: &Settings, key: &str, unset: i64) -> Result<i64, Fault> {
    let Some(setting) = settings.get(key) else {
        return Ok(unset);
    };
    setting
        .expose("a number of seconds is no secret")
        .parse()
        .ok()
        .filter(|seconds| (60..=24 * 60 * 60).contains(seconds))
        .ok_or_else(|| {
            Violation::new(
                key,
                "TTL_OUT_OF_RANGE",
                "this is 60 to 86400 seconds".into(),
                "该时长应为 60 至 86400 秒",
            )
            .into()
        })
}

/// A number of hours between four, which leaves two to be told again in, and thirty days.
fn hours(settings: &Settings, key: &str, unset: i64) -> Result<i64, Fault> {
    let Some(setting) = settings.get(key) else {
        return Ok(unset);
    };
    setting
        .expose("a number of hours is no secret")
        .trim()
        .parse()
        .ok()
        .filter(|hours| (4..=30 * 24).contains(hours))
        .ok_or_else(|| {
            Violation::new(
                key,
                "VALIDITY_OUT_OF_RANGE",
                "this is 4 to 720 hours".into(),
                "该期限应为 4 至 720 小时",
            )
            .into()
        })
}

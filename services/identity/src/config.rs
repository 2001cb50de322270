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
            oidc: None,
        }
    }

    /// Reads `JIANYI_ACCESS_TTL_SECONDS`, `JIANYI_SESSION_IDLE_SECONDS`, `JIANYI_SESSION_SECONDS`,
    /// `JIANYI_OPERATOR_PUBLIC_KEY`, and those of [`OidcSettings`].
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

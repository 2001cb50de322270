//! What identity alone is told: lives of tokens and sessions, the operator's key, and whether the gateway's word
//! about certificates counts.

use jianyi_kernel::{Fault, Violation};
use jianyi_ops::Settings;

use crate::domain::Limits;

/// Identity's settings, checked.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Seconds that an access token lives.
    pub(crate) access_ttl: i64,
    pub(crate) limits: Limits,
    /// The `x` of the operator's Ed25519 key; without it there is no operator.
    pub(crate) operator_key: Option<String>,
    /// Whether `x-jianyi-client-cert-sha256` is the gateway's word. Only where nobody else can reach us.
    pub(crate) trust_certificate_header: bool,
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
            trust_certificate_header: false,
        }
    }

    /// Reads `JIANYI_ACCESS_TTL_SECONDS`, `JIANYI_SESSION_IDLE_SECONDS`, `JIANYI_SESSION_SECONDS`,
    /// `JIANYI_OPERATOR_PUBLIC_KEY` and `JIANYI_TRUST_CERTIFICATE_HEADER`.
    pub(crate) fn read(settings: &Settings) -> Result<Self, Fault> {
        let unset = Self::unset();
        let operator_key = settings
            .get("JIANYI_OPERATOR_PUBLIC_KEY")
            .map(|key| key.expose("a public key is no secret").clone());
        let trust_certificate_header = match settings
            .get("JIANYI_TRUST_CERTIFICATE_HEADER")
            .map(|word| word.expose("a switch is no secret").as_str())
        {
            None | Some("off") => false,
            Some("on") => true,
            Some(_) => {
                return Err(Violation::new(
                    "JIANYI_TRUST_CERTIFICATE_HEADER",
                    "SWITCH_MALFORMED",
                    "this is on or off".into(),
                    "该设置应为 on 或 off",
                )
                .into());
            }
        };
        Ok(Self {
            access_ttl: seconds(settings, "JIANYI_ACCESS_TTL_SECONDS", unset.access_ttl)?,
            limits: Limits {
                idle: seconds(settings, "JIANYI_SESSION_IDLE_SECONDS", unset.limits.idle)?,
                absolute: seconds(settings, "JIANYI_SESSION_SECONDS", unset.limits.absolute)?,
            },
            operator_key,
            trust_certificate_header,
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

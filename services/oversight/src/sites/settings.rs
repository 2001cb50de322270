//! How often counties are asked, and after how long one is called silent.

use std::time::Duration;

use jianyi_kernel::Fault;
use jianyi_ops::Settings;

const SILENCE: &str = "JIANYI_COUNTY_SILENCE_SECONDS";
const EVERY: &str = "JIANYI_COUNTY_ASK_SECONDS";

/// The pace of the watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// From one question to the next.
    pub(super) every: Duration,
    /// How long a county may be unheard of.
    pub(super) silence: time::Duration,
}

impl Pace {
    /// Every 5 seconds and 45 seconds, unless told otherwise.
    pub(super) fn of(settings: &Settings) -> Result<Self, Fault> {
        let silence = seconds(settings, SILENCE, 45)?;
        Ok(Self {
            every: Duration::from_secs(u64::from(seconds(settings, EVERY, 5)?)),
            silence: time::Duration::seconds(silence.into()),
        })
    }
}

fn seconds(settings: &Settings, key: &str, usual: u32) -> Result<u32, Fault> {
    let Some(given) = settings.get(key) else {
        return Ok(usual);
    };
    given
        .expose("how often counties are asked")
        .trim()
        .parse()
        .ok()
        .filter(|seconds| (1..=86_400).contains(seconds))
        .ok_or_else(|| Fault::internal(format!("{key} is a number of seconds from 1 to 86400")))
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Pii;

    use super::*;

    #[test]
    fn a_pace_that_cannot_be_is_refused() {
        let usual = Pace::of(&Settings::default()).unwrap();
        assert_eq!(usual.silence, time::Duration::seconds(45));
        let of = |text: &str| Pace::of(&Settings::default().with(SILENCE, Pii::new(text.into())));
        assert_eq!(of("10").unwrap().silence, time::Duration::seconds(10));
        for bad in ["0", "", "-1", "soon", "86401"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}

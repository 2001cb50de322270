//! Polling instead of sleeping.

use std::time::Duration;

/// How long [`eventually!`] polls before it gives up; `TEST_PATIENCE_SECONDS` for slow machines.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a test helper has no main to parse configuration in"
)]
pub fn patience() -> Duration {
    let seconds = std::env::var("TEST_PATIENCE_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(30))
}

/// Evaluates an async boolean expression until it is true; fails the test when patience ends.
#[macro_export]
macro_rules! eventually {
    ($condition:expr) => {{
        let deadline = std::time::Instant::now() + $crate::patience();
        loop {
            if $condition {
                break;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "never came true: {}",
                stringify!($condition)
            );
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
    }};
}

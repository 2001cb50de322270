//! Silence in tests, unless somebody asks.

use jianyi_telemetry::TelemetryConfig;

/// Logs to standard error when `TEST_LOG` is set: `1` for everything of ours, or a filter of its own.
pub fn logs() {
    let Some(wish) = std::env::var_os("TEST_LOG") else {
        return;
    };
    let wish = wish.to_string_lossy();
    let log = if wish == "1" {
        "info".to_owned()
    } else {
        wish.into_owned()
    };
    let config = TelemetryConfig {
        log,
        ..TelemetryConfig::default()
    };
    // Exports nothing, so there is nothing to keep.
    drop(jianyi_telemetry::init(&config, "test"));
}

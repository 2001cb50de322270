//! Where the world sends its spans and figures, as it is told to every instance.

use jianyi_telemetry::TelemetryConfig;
use serde::{Deserialize, Serialize};

/// A collector, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args, Serialize, Deserialize)]
pub struct ExportOptions {
    /// Collector of traces and figures (OTLP over gRPC), e.g. `http://127.0.0.1:4317`.
    #[arg(long, value_name = "URL", env = "JIANYI_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    /// Every so many seconds figures are taken and sent; 15 unless told otherwise.
    #[arg(long, value_name = "N", env = "JIANYI_METRICS_SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub metrics_seconds: Option<u64>,
}

impl ExportOptions {
    pub(crate) fn config(&self) -> TelemetryConfig {
        let usual = TelemetryConfig::default();
        TelemetryConfig {
            otlp_endpoint: self.otlp_endpoint.clone(),
            metrics_seconds: self.metrics_seconds.unwrap_or(usual.metrics_seconds),
            ..usual
        }
    }
}

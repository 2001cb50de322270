//! What a process must be told about its logs, traces and figures.

/// Telemetry settings, flattened into each process's own configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct TelemetryConfig {
    /// Where spans and figures are sent (OTLP over gRPC), e.g. `http://127.0.0.1:4317`. Nothing is sent when
    /// absent.
    #[arg(long, env = "JIANYI_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    /// Every so many seconds figures are taken and sent.
    #[arg(long, env = "JIANYI_METRICS_SECONDS", default_value_t = METRICS_SECONDS, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub metrics_seconds: u64,

    /// The share of calls that are traced when the caller did not decide, 0 to 1.
    #[arg(long, env = "JIANYI_TRACE_RATIO", default_value_t = 1.0)]
    pub trace_ratio: f64,

    /// Which log lines are written, e.g. `info,jianyi_bus=debug`.
    #[arg(long, env = "JIANYI_LOG", default_value = "info")]
    pub log: String,

    /// How log lines are written.
    #[arg(long, env = "JIANYI_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// Often enough for alerts of a minute.
const METRICS_SECONDS: u64 = 15;

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            metrics_seconds: METRICS_SECONDS,
            trace_ratio: 1.0,
            log: "info".into(),
            log_format: LogFormat::Text,
        }
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

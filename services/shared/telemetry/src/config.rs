//! What a process must be told about its logs and traces.

/// Telemetry settings, flattened into each process's own configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct TelemetryConfig {
    /// Where spans are sent (OTLP over gRPC), e.g. `http://127.0.0.1:4317`. Nothing is sent when absent.
    #[arg(long, env = "JIANYI_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    /// Which log lines are written, e.g. `info,jianyi_bus=debug`.
    #[arg(long, env = "JIANYI_LOG", default_value = "info")]
    pub log: String,

    /// How log lines are written.
    #[arg(long, env = "JIANYI_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
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

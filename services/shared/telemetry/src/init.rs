//! Installs the process's one subscriber: log lines to stderr, spans to a collector if there is one.

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::{LogFormat, TelemetryConfig};

/// Keeps tracing alive; dropping it sends what is still to be sent.
#[derive(Debug)]
#[must_use = "dropping the guard ends the export of spans"]
pub struct Guard(Option<SdkTracerProvider>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(provider) = &self.0 {
            // A collector that is gone is no reason to fail on the way out.
            let _ = provider.shutdown();
        }
    }
}

/// Installs logs and traces for this process. A second call changes nothing, so that several services
/// may share one process. With an OTLP endpoint it must be called within a tokio runtime.
pub fn init(config: &TelemetryConfig, service_name: &str) -> Guard {
    init_to(config, service_name, std::io::stderr)
}

/// [`init`] with lines that go elsewhere, for tests that read what was logged.
pub fn init_to<W>(config: &TelemetryConfig, service_name: &str, writer: W) -> Guard
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (provider, complaint) = provider(config, service_name);
    let tracer = provider.tracer("jianyi");
    let lines = fmt::layer().with_writer(writer);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .boxed(),
    };
    let (filter, misread) = match EnvFilter::try_new(&config.log) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let installed = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(tracing_opentelemetry::layer().with_tracer(tracer))
        .try_init();
    if installed.is_err() {
        return Guard(None);
    }
    if let Some(error) = misread {
        tracing::warn!(%error, "the log filter is malformed; `info` is used");
    }
    if let Some(error) = complaint {
        tracing::warn!(error, "spans are not exported");
    }
    Guard(Some(provider))
}

/// Without an endpoint spans still get ids, so that a caller's trace context reaches the events it
/// causes; they are sent nowhere.
fn provider(config: &TelemetryConfig, service_name: &str) -> (SdkTracerProvider, Option<String>) {
    let silent = || {
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
        SdkTracerProvider::builder().with_sampler(sampler).build()
    };
    let Some(endpoint) = &config.otlp_endpoint else {
        return (silent(), None);
    };
    if tokio::runtime::Handle::try_current().is_err() {
        return (
            silent(),
            Some("telemetry was initialised outside a runtime".into()),
        );
    }
    match SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .build()
    {
        Ok(exporter) => {
            let resource = Resource::builder()
                .with_service_name(service_name.to_owned())
                .build();
            let provider = SdkTracerProvider::builder()
                .with_resource(resource)
                .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
                .with_batch_exporter(exporter)
                .build();
            (provider, None)
        }
        Err(error) => (silent(), Some(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use tracing::Instrument as _;

    use super::*;
    use crate::{set_parent, traceparent};

    #[tokio::test]
    async fn trace_context_passes_through_spans_without_any_collector() {
        let first = init(&TelemetryConfig::default(), "test");
        let _second = init(&TelemetryConfig::default(), "test");
        assert!(first.0.is_some());
        assert_eq!(traceparent(), None);

        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let span = tracing::info_span!("handled");
        set_parent(&span, parent);
        let inner = async { traceparent() }.instrument(span).await.unwrap();
        assert!(
            inner.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
            "{inner}"
        );

        let span = tracing::info_span!("unrelated");
        set_parent(&span, "nonsense");
        assert!(async { traceparent() }.instrument(span).await.is_some());
    }
}

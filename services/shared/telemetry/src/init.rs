//! Installs the process's one subscriber: log lines to stderr, spans and figures to a collector if there is one.

use std::io::IsTerminal as _;
use std::time::Duration;

use opentelemetry::global;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracer;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::export::{Export, Place};
use crate::lines::Traced;
use crate::{LogFormat, TelemetryConfig, metrics};

/// Target of spans that say who: lines of the log name their fields, and no trace does.
pub const LINES_ONLY: &str = "jianyi_caller";

/// Keeps telemetry alive; dropping it sends what is still to be sent.
#[derive(Debug)]
#[must_use = "dropping the guard ends the export of spans and figures"]
pub struct Guard(
    #[cfg_attr(not(test), expect(dead_code, reason = "it is kept for its end"))] Option<Export>,
);

/// Installs logs, traces and figures for this process. A second
/// call changes nothing, so that several services may share one process. With an OTLP endpoint it must be called
/// within a tokio runtime.
pub fn init(config: &TelemetryConfig, place: Place<'_>) -> Guard {
    init_to(config, place, std::io::stderr)
}

/// [`init`] with lines that go elsewhere, for tests that read what was logged.
pub fn init_to<W>(config: &TelemetryConfig, place: Place<'_>, writer: W) -> Guard
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (export, complaint) = Export::of(config, place);
    let (filter, misread) = match EnvFilter::try_new(&config.log) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let tracer = export.traces.tracer("jianyi");
    let installed = subscriber(config.log_format, filter, tracer, writer).try_init();
    if installed.is_err() {
        return Guard(None);
    }
    if let Some(provider) = &export.metrics {
        global::set_meter_provider(provider.clone());
        metrics::begin(Duration::from_secs(config.metrics_seconds));
    }
    if let Some(error) = misread {
        tracing::warn!(%error, "the log filter is malformed; `info` is used");
    }
    if let Some(error) = complaint {
        tracing::warn!(error, "spans and figures are not exported");
    }
    Guard(Some(export))
}

fn subscriber<W>(
    format: LogFormat,
    filter: EnvFilter,
    tracer: SdkTracer,
    writer: W,
) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer);
    let lines = match format {
        LogFormat::Text => {
            let ansi = std::io::stderr().is_terminal();
            lines
                .with_ansi(ansi)
                .map_event_format(|inner| Traced {
                    inner: inner.with_ansi(ansi),
                    format,
                })
                .boxed()
        }
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .map_event_format(|inner| Traced { inner, format })
            .boxed(),
    };
    // Lines of the log do not go along with their spans: the text of an error may hold what a trace must not.
    // Whether there are spans does not depend on which lines are wanted: events name their cause in any case.
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_target(false)
        .with_level(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(spans.with_filter(filter_fn(ours)))
}

/// Spans of this code; those of libraries say in their own words what nobody has looked through.
fn ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
        && *metadata.level() <= Level::INFO
        && metadata.target().starts_with("jianyi")
        && metadata.target() != LINES_ONLY
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use tracing::Instrument as _;

    use super::*;
    use crate::{set_parent, traceparent};

    const TEST: Place<'_> = Place::city("test");
    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Kept {
        /// What is logged within a span of a trace, and outside of any.
        fn of(format: LogFormat) -> Vec<String> {
            let kept = Self::default();
            let (export, _) = Export::of(&TelemetryConfig::default(), TEST);
            let tracer = export.traces.tracer("jianyi");
            let writer = kept.clone();
            let writer = move || writer.clone();
            let subscriber = subscriber(format, EnvFilter::new("info"), tracer, writer);
            tracing::subscriber::with_default(subscriber, || {
                let span = tracing::info_span!("handled");
                set_parent(&span, PARENT);
                let who = tracing::info_span!(target: LINES_ONLY, "call", caller.id = "accounts/7");
                span.in_scope(|| who.in_scope(|| tracing::info!(n = 1, "inside")));
                tracing::info!("outside");
            });
            let bytes = kept.0.lock().unwrap().clone();
            let text = String::from_utf8(bytes).unwrap();
            text.lines().map(str::to_owned).collect()
        }
    }

    #[test]
    fn g19_lines_name_their_trace_in_both_formats() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let lines = Kept::of(format);
            let [inside, outside] = lines.as_slice() else {
                panic!("{lines:?}");
            };
            assert!(inside.contains(TRACE), "{inside}");
            assert!(inside.contains("accounts/7"), "{inside}");
            assert!(!outside.contains("trace_id"), "{outside}");
        }
        assert!(Kept::of(LogFormat::Json)[0].starts_with(&format!(r#"{{"trace_id":"{TRACE}","#)));
        assert!(Kept::of(LogFormat::Json)[0].ends_with('}'));
    }

    #[tokio::test]
    async fn trace_context_passes_through_spans_without_any_collector() {
        let first = init(&TelemetryConfig::default(), TEST);
        let _second = init(&TelemetryConfig::default(), TEST);
        assert!(first.0.is_some());
        assert_eq!(traceparent(), None);

        let span = tracing::info_span!("handled");
        set_parent(&span, PARENT);
        // A span that no trace gets to see stands in nobody's way.
        let who = tracing::info_span!(target: LINES_ONLY, parent: &span, "call");
        let inner = async { traceparent() }.instrument(who).instrument(span);
        let inner = inner.await.unwrap();
        assert!(inner.starts_with(&format!("00-{TRACE}-")), "{inner}");

        let span = tracing::info_span!("unrelated");
        set_parent(&span, "nonsense");
        assert!(async { traceparent() }.instrument(span).await.is_some());
    }
}

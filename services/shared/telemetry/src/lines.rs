//! Lines of the log that name the span they were written in, so that a line leads to its trace and back.

use std::fmt;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::LogFormat;

/// A format with `trace_id` and `span_id` added.
#[derive(Debug)]
pub(crate) struct Traced<F> {
    pub(crate) inner: F,
    pub(crate) format: LogFormat,
}

impl<S, N, F> FormatEvent<S, N> for Traced<F>
where
    F: FormatEvent<S, N>,
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let current = Context::current();
        let span = current.span().span_context().clone();
        if !span.is_valid() {
            return self.inner.format_event(ctx, writer, event);
        }
        let (trace, span) = (span.trace_id(), span.span_id());
        let mut line = String::new();
        self.inner
            .format_event(ctx, Writer::new(&mut line), event)?;
        match (self.format, line.strip_prefix('{')) {
            (LogFormat::Json, Some(rest)) => {
                write!(
                    writer,
                    r#"{{"trace_id":"{trace}","span_id":"{span}",{rest}"#
                )
            }
            (LogFormat::Json | LogFormat::Text, _) => {
                let line = line.trim_end_matches('\n');
                writeln!(writer, "{line} trace_id={trace} span_id={span}")
            }
        }
    }
}

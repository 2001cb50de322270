//! W3C trace context in and out of spans: the thread that ties a request to the events it causes.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const HEADER: &str = "traceparent";

/// The current span's W3C trace context, to be sent along with a call or kept with an event. `None`
/// outside a span, and before [`crate::init`].
#[must_use]
pub fn traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove(HEADER)
}

/// Makes the span a child of the one that a W3C trace context names; text that is none is ignored.
/// To be called before the span is entered.
pub fn set_parent(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([(HEADER.to_owned(), traceparent.to_owned())]);
    // A span that was entered already keeps its parent; then the trace is cut, and nothing else.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
}

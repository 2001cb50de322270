//! W3C trace context in and out of spans: the thread that ties a request to the events it causes.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const HEADER: &str = "traceparent";

/// The current span's W3C trace context, to be sent along with a call or kept with an event. `None`
/// outside a span, and before [`crate::init`].
#[must_use]
pub fn traceparent() -> Option<String> {
    // Not that of the innermost span, which may be one that traces do not show.
    write(&Context::current())
}

/// The same of a span that need not be the current one.
#[must_use]
pub fn traceparent_of(span: &Span) -> Option<String> {
    write(&span.context())
}

/// Makes the span a child of the one that a W3C trace context names; text that is none is ignored.
/// To be called before the span is entered.
pub fn set_parent(span: &Span, traceparent: &str) {
    let parent = read(traceparent);
    if parent.span().span_context().is_valid() {
        // A span that was entered already keeps its parent; then the trace is cut, and nothing else.
        let _ = span.set_parent(parent);
    }
}

/// Ties the span to one of another trace that a W3C trace context names.
pub fn link(span: &Span, traceparent: &str) {
    let other = read(traceparent).span().span_context().clone();
    if other.is_valid() {
        span.add_link(other);
    }
}

/// Says of a span that what it covers failed, by a code and never by the words of an error.
pub fn failed(span: &Span, code: &str) {
    span.set_attribute("error.type", code.to_owned());
    span.set_status(Status::error(""));
}

/// Says that what a span covers goes on until now. Of itself it is taken to end when its code ran last, and what is
/// waited for outside of it is not seen.
pub fn until_now(span: &Span) {
    span.in_scope(|| ());
}

fn read(traceparent: &str) -> Context {
    let carrier = HashMap::from([(HEADER.to_owned(), traceparent.to_owned())]);
    // Nothing of the context we happen to be in.
    TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
}

fn write(context: &Context) -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(context, &mut carrier);
    carrier.remove(HEADER)
}

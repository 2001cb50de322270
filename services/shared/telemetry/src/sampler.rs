//! Which spans begin a trace: calls that come in, and nothing else.
//!
//! A background task is a span that lasts as long as its process. As the root of traces it would gather for ever
//! what has nothing to do with each other.

use opentelemetry::trace::{Link, SpanKind, TraceContextExt as _, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample};

/// Decides about spans without a parent; everything below follows its parent.
#[derive(Debug, Clone)]
pub(crate) struct Roots(Sampler);

impl Roots {
    /// Traces this share of what comes in.
    pub(crate) fn sampler(ratio: f64) -> Sampler {
        Sampler::ParentBased(Box::new(Self(Sampler::TraceIdRatioBased(ratio))))
    }
}

impl ShouldSample for Roots {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        if matches!(kind, SpanKind::Server) {
            return self
                .0
                .should_sample(parent, trace, name, kind, attributes, links);
        }
        SamplingResult {
            decision: SamplingDecision::Drop,
            attributes: Vec::new(),
            trace_state: parent.map_or_else(TraceState::default, |parent| {
                parent.span().span_context().trace_state().clone()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, SpanId, TraceFlags};

    use super::*;

    fn decided(parent: Option<TraceFlags>, kind: &SpanKind, ratio: f64) -> SamplingDecision {
        let parent = parent.map(|flags| {
            Context::new().with_remote_span_context(SpanContext::new(
                TraceId::from(7),
                SpanId::from(7),
                flags,
                true,
                TraceState::default(),
            ))
        });
        Roots::sampler(ratio)
            .should_sample(parent.as_ref(), TraceId::from(7), "", kind, &[], &[])
            .decision
    }

    #[test]
    fn calls_begin_traces_and_tasks_do_not_and_all_else_follows_its_parent() {
        let (yes, no) = (SamplingDecision::RecordAndSample, SamplingDecision::Drop);
        assert_eq!(decided(None, &SpanKind::Server, 1.0), yes);
        assert_eq!(decided(None, &SpanKind::Server, 0.0), no);
        for kind in [SpanKind::Internal, SpanKind::Producer, SpanKind::Client] {
            assert_eq!(decided(None, &kind, 1.0), no);
            assert_eq!(decided(Some(TraceFlags::SAMPLED), &kind, 0.0), yes);
        }
        let undecided = Some(TraceFlags::default());
        assert_eq!(decided(undecided, &SpanKind::Server, 1.0), no);
    }
}

//! A real receiver of OTLP over gRPC: what the system under test tells a collector, kept to be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{Span, span};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// Names and values, as a person reads them.
pub type Attributes = BTreeMap<String, String>;

/// A span as it was received.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The process it came from.
    pub resource: Attributes,
    /// The trace, in hexadecimal.
    pub trace: String,
    /// Its own id.
    pub id: String,
    /// The id of its parent; empty at a root.
    pub parent: String,
    /// What it is called.
    pub name: String,
    /// Which end of what.
    pub kind: span::SpanKind,
    /// Microseconds it lasted.
    pub micros: u64,
    /// When it began, nanoseconds since the epoch.
    pub began: u64,
    /// What it says.
    pub attributes: Attributes,
    /// Ids of the spans that it is linked to.
    pub links: Vec<String>,
    /// Whether it says that what it covers failed, and nothing else.
    pub failed: bool,
    /// Everything else that it could have said in words: messages of a status, names of events and what is in them.
    pub words: Vec<String>,
}

impl Seen {
    /// `service.name` of the process.
    #[must_use]
    pub fn service(&self) -> &str {
        self.resource.get("service.name").map_or("", String::as_str)
    }
}

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<Seen>,
    figures: BTreeMap<String, BTreeSet<Attributes>>,
    processes: BTreeSet<Attributes>,
}

/// A collector that runs as long as the test.
#[derive(Debug, Clone)]
pub struct Collector {
    endpoint: String,
    kept: Arc<Mutex<Kept>>,
}

impl Collector {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let this = Self {
            endpoint: format!("http://{address}"),
            kept: Arc::default(),
        };
        let serving = Server::builder()
            .add_service(TraceServiceServer::new(this.clone()))
            .add_service(MetricsServiceServer::new(this.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        jianyi_telemetry::task::spawn("collector", serving);
        this
    }

    /// Where to send to.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    /// The spans of one trace that have come, in the order in which they began.
    #[must_use]
    pub fn trace(&self, trace: &str) -> Vec<Seen> {
        let mut spans: Vec<Seen> = self.spans();
        spans.retain(|span| span.trace == trace);
        spans.sort_by_key(|span| span.began);
        spans
    }

    /// All spans that have come.
    #[must_use]
    pub fn spans(&self) -> Vec<Seen> {
        self.kept().spans.clone()
    }

    /// Figures that have come, each with the labels of its points.
    #[must_use]
    pub fn figures(&self) -> BTreeMap<String, BTreeSet<Attributes>> {
        self.kept().figures.clone()
    }

    /// The processes that have sent figures.
    #[must_use]
    pub fn processes(&self) -> BTreeSet<Attributes> {
        self.kept().processes.clone()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A trace as an indented tree, a line for each span.
#[must_use]
pub fn tree(spans: &[Seen]) -> String {
    let known: BTreeSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    let mut text = String::new();
    for root in spans
        .iter()
        .filter(|it| !known.contains(it.parent.as_str()))
    {
        branch(&mut text, spans, root, 0, root.began);
    }
    text
}

fn branch(text: &mut String, spans: &[Seen], span: &Seen, depth: usize, zero: u64) {
    let after = Seen::after(span.began, zero);
    let attributes: Vec<String> = span
        .attributes
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let links = if span.links.is_empty() {
        String::new()
    } else {
        format!(" → {}", span.links.join(", "))
    };
    let line = format!(
        "{:indent$}{} {} [{:?}] {} +{:.1} ms, {:.1} ms{links}",
        "",
        span.id,
        span.name,
        span.kind,
        span.resource
            .get("service.instance.id")
            .and_then(|id| id.split('@').next())
            .unwrap_or_default(),
        millis(after),
        millis(span.micros),
        indent = depth.saturating_mul(2),
    );
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
    let _ = writeln!(
        text,
        "{:indent$}{}",
        "",
        attributes.join(" "),
        indent = depth.saturating_mul(2).saturating_add(4)
    );
    for child in spans.iter().filter(|it| it.parent == span.id) {
        branch(text, spans, child, depth.saturating_add(1), zero);
    }
}

impl Seen {
    fn of(resource: &Attributes, span: Span) -> Self {
        let mut words: Vec<String> = span
            .status
            .iter()
            .map(|status| status.message.clone())
            .filter(|message| !message.is_empty())
            .collect();
        for event in &span.events {
            words.push(event.name.clone());
            words.extend(attributes(&event.attributes).into_values());
        }
        Self {
            resource: resource.clone(),
            trace: hexadecimal(&span.trace_id),
            id: hexadecimal(&span.span_id),
            parent: hexadecimal(&span.parent_span_id),
            kind: span.kind(),
            micros: Self::after(span.end_time_unix_nano, span.start_time_unix_nano),
            began: span.start_time_unix_nano,
            attributes: attributes(&span.attributes),
            links: span
                .links
                .iter()
                .map(|it| hexadecimal(&it.span_id))
                .collect(),
            failed: span.status.as_ref().is_some_and(|status| status.code == 2),
            name: span.name,
            words,
        }
    }

    /// Microseconds between two instants in nanoseconds.
    #[expect(clippy::integer_division, reason = "microseconds are exact enough")]
    fn after(later: u64, earlier: u64) -> u64 {
        later.saturating_sub(earlier) / 1000
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "milliseconds for a reader"
)]
fn millis(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn attributes(list: &[KeyValue]) -> Attributes {
    list.iter()
        .map(|it| {
            (
                it.key.clone(),
                it.value.as_ref().map_or_else(String::new, text),
            )
        })
        .collect()
}

fn text(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => value.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

fn of_resource(resource: Option<&Resource>) -> Attributes {
    resource.map_or_else(Attributes::new, |it| attributes(&it.attributes))
}

/// The labels of all points of a figure.
fn labels(metric: &Metric) -> BTreeSet<Attributes> {
    let points: Vec<&[KeyValue]> = match &metric.data {
        Some(metric::Data::Gauge(it)) => it.data_points.iter().map(|it| &*it.attributes).collect(),
        Some(metric::Data::Sum(it)) => it.data_points.iter().map(|it| &*it.attributes).collect(),
        Some(metric::Data::Histogram(it)) => {
            it.data_points.iter().map(|it| &*it.attributes).collect()
        }
        Some(metric::Data::ExponentialHistogram(_) | metric::Data::Summary(_)) | None => Vec::new(),
    };
    points.into_iter().map(attributes).collect()
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for of_process in request.into_inner().resource_spans {
            let resource = of_resource(of_process.resource.as_ref());
            let spans = of_process.scope_spans.into_iter().flat_map(|it| it.spans);
            let seen = spans.map(|span| Seen::of(&resource, span));
            self.kept().spans.extend(seen);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let mut kept = self.kept();
        for of_process in request.into_inner().resource_metrics {
            kept.processes
                .insert(of_resource(of_process.resource.as_ref()));
            for metric in of_process.scope_metrics.iter().flat_map(|it| &it.metrics) {
                let points = kept.figures.entry(metric.name.clone()).or_default();
                points.extend(labels(metric));
            }
        }
        drop(kept);
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

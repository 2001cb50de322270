//! Where spans and figures go: to a collector, or nowhere.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::resource::EnvResourceDetector;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};

use crate::TelemetryConfig;
use crate::sampler::Roots;

/// For so long a collector that does not answer may keep a process from its end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Which process this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Its name among operators: `care`, `member/410611`.
    pub instance: &'a str,
    /// Where it runs: `city`, or a county's code.
    pub site: &'a str,
}

impl<'a> Place<'a> {
    /// An instance at the city.
    #[must_use]
    pub const fn city(instance: &'a str) -> Self {
        Self {
            instance,
            site: "city",
        }
    }
}

/// Both ways out, to be closed at the end.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) traces: SdkTracerProvider,
    /// Absent when nothing is exported.
    pub(crate) metrics: Option<SdkMeterProvider>,
}

impl Export {
    /// To the collector, if one is configured; else why not, if somebody should know.
    pub(crate) fn of(config: &TelemetryConfig, place: Place<'_>) -> (Self, Option<String>) {
        // An environment that leaves it out says so with an empty one.
        let endpoint = config.otlp_endpoint.as_deref().map(str::trim);
        let Some(endpoint) = endpoint.filter(|it| !it.is_empty()) else {
            return (Self::silent(), None);
        };
        if tokio::runtime::Handle::try_current().is_err() {
            let why = "telemetry was initialised outside a runtime";
            return (Self::silent(), Some(why.into()));
        }
        match Self::to(endpoint, config, place) {
            Ok(export) => (export, None),
            Err(error) => (Self::silent(), Some(error.to_string())),
        }
    }

    /// Spans still get ids, so that a caller's trace context reaches the events it causes.
    fn silent() -> Self {
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
        Self {
            traces: SdkTracerProvider::builder().with_sampler(sampler).build(),
            metrics: None,
        }
    }

    fn to(
        endpoint: &str,
        config: &TelemetryConfig,
        place: Place<'_>,
    ) -> Result<Self, ExporterBuildError> {
        let spans = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE)
            .build()?;
        let figures = MetricExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE)
            .build()?;
        let reader = PeriodicReader::builder(figures)
            .with_interval(Duration::from_secs(config.metrics_seconds))
            .build();
        Ok(Self {
            traces: SdkTracerProvider::builder()
                .with_resource(resource(place))
                .with_sampler(Roots::sampler(config.trace_ratio))
                .with_batch_exporter(spans)
                .build(),
            metrics: Some(
                SdkMeterProvider::builder()
                    .with_resource(resource(place))
                    .with_reader(reader)
                    .build(),
            ),
        })
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        // A collector that is gone is no reason to fail on the way out.
        let _ = self.traces.shutdown();
        if let Some(metrics) = &self.metrics {
            let _ = metrics.shutdown();
        }
    }
}

/// `member/410621` is the instance of the service `member`; replicas differ by their machine.
fn resource(place: Place<'_>) -> Resource {
    let Place { instance, site } = place;
    let service = instance.split('/').next().unwrap_or(instance);
    let machine = nix::unistd::gethostname().ok();
    let machine = machine
        .as_ref()
        .and_then(|name| name.to_str())
        .unwrap_or("localhost");
    Resource::builder_empty()
        .with_service_name(service.to_owned())
        .with_attribute(KeyValue::new("service.namespace", "jianyi"))
        .with_attribute(KeyValue::new(
            "service.instance.id",
            format!("{instance}@{machine}"),
        ))
        .with_attribute(KeyValue::new("jianyi.site", site.to_owned()))
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        // What an operator says in the usual way, `OTEL_RESOURCE_ATTRIBUTES`, goes before all of this.
        .with_detector(Box::new(EnvResourceDetector::new()))
        .build()
}

//! The service under test, and the words the stories are told in.

use jianyi_bus::{Delivery, Origin};
use jianyi_db::OutboxRow;
use jianyi_kernel::Division;
use jianyi_ops::ServiceSpec;
use jianyi_proto::api::v1::{Count, Fact, Modality, Provenance};
use jianyi_proto::oversight::events::v1 as ev;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::oversight::v1::*;
use jianyi_testkit::{TestChannel, TestService};
use tonic::Status;
use tonic_types::StatusExt as _;

pub(crate) type Client = OversightServiceClient<TestChannel>;

/// Oversight, alone.
pub(crate) struct World {
    pub(crate) t: TestService,
    pub(crate) oversight: Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_as(jianyi_oversight::spec()).await
    }

    pub(crate) async fn start_as(spec: ServiceSpec) -> Self {
        let t = TestService::start(spec, None).await;
        let oversight = OversightServiceClient::new(t.channel());
        Self { t, oversight }
    }

    /// Everything this service published, as the stream would hand it out.
    pub(crate) async fn published(&self) -> Vec<Delivery> {
        self.t.outbox().await.into_iter().map(delivery).collect()
    }

    /// Hands an event to the service's own consumer, as the stream would.
    pub(crate) async fn hand(&self, delivery: Delivery) {
        let context = delivery.type_name.split('.').nth(1).unwrap().to_owned();
        let subscriptions = (jianyi_oversight::spec().subscriptions)(self.t.parts());
        let subscription = subscriptions
            .iter()
            .find(|s| s.context() == context)
            .unwrap();
        subscription.deliver(self.t.db(), delivery).await.unwrap();
    }

    /// Lets everything published so far reach the read model.
    pub(crate) async fn settle(&self) {
        for delivery in self.published().await {
            self.hand(delivery).await;
        }
    }

    pub(crate) async fn report(&self) -> AnnualReport {
        self.oversight
            .clone()
            .get_annual_report(GetAnnualReportRequest { year: 2024 })
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn figure(&self, key: &str) -> Figure {
        self.report().await.figures.remove(key).unwrap()
    }

    pub(crate) async fn body(&mut self, kind: ev::BodyKind) -> GovernanceBody {
        let body = GovernanceBody {
            kind: kind.into(),
            term: 1,
            provenance: source("S41"),
            ..Default::default()
        };
        self.oversight
            .create_governance_body(CreateGovernanceBodyRequest {
                governance_body: Some(body),
                request_id: String::new(),
            })
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn meeting(
        &mut self,
        body: &GovernanceBody,
        number: i32,
        held_on: &str,
    ) -> Result<Meeting, Status> {
        let meeting = Meeting {
            body: body.name.clone(),
            number,
            held_on: held_on.into(),
            provenance: source("S41"),
            ..Default::default()
        };
        let request = CreateMeetingRequest {
            meeting: Some(meeting),
            request_id: String::new(),
        };
        self.oversight
            .create_meeting(request)
            .await
            .map(tonic::Response::into_inner)
    }

    pub(crate) async fn document(&mut self) -> Document {
        let document = Document {
            title: "年度财务工作报告".into(),
            kind: DocumentKind::FinancialReport.into(),
            for_year: 2023,
            provenance: source("S41"),
            ..Default::default()
        };
        self.oversight
            .create_document(CreateDocumentRequest {
                document: Some(document),
                request_id: String::new(),
            })
            .await
            .unwrap()
            .into_inner()
    }
}

/// A published event as the stream hands it out.
pub(crate) fn delivery(row: OutboxRow) -> Delivery {
    Delivery {
        event_id: row.event_id,
        type_name: row.type_name,
        resource: row.resource,
        division: Division::parse("division", &row.division).unwrap(),
        version: row.version,
        occurred_at: row.occurred_at,
        stream_sequence: u64::try_from(row.seq).unwrap(),
        origin: Origin::Here,
        data: row.data.into(),
    }
}

pub(crate) fn source(code: &str) -> Option<Provenance> {
    Some(Provenance {
        sources: vec![code.into()],
        locations: Vec::new(),
    })
}

pub(crate) fn exactly(value: i64) -> Option<Count> {
    Some(Count {
        value: Some(value),
        modality: Modality::Exact.into(),
    })
}

/// The common part of somebody's event.
pub(crate) fn fact(division: &str, on: &str, source: &str) -> Option<Fact> {
    Some(Fact {
        division: division.into(),
        on: on.into(),
        sources: vec![source.into()],
        occurrences: 1,
    })
}

/// Why a call was refused.
pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap().reason
}

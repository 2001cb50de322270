//! What the stories share: a client, made-up facts, and a look at what was published and refused.

use jianyi_proto::api::v1 as api;
use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient;
use jianyi_testkit::{TestChannel, TestService};
use prost::Name;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub(crate) type Client = PublicityServiceClient<TestChannel>;

pub(crate) async fn start() -> (TestService, Client) {
    let service = TestService::start(jianyi_publicity::spec(), None).await;
    let client = PublicityServiceClient::new(service.channel_as("ROLE_PUBLICITY", "410600"));
    (service, client)
}

pub(crate) fn client_as(service: &TestService, role: &str) -> Client {
    PublicityServiceClient::new(service.channel_as(role, "410600"))
}

/// Published events of one type, in order.
pub(crate) async fn published<E: Name + Default>(service: &TestService) -> Vec<E> {
    let rows = service.outbox().await;
    rows.iter()
        .filter(|row| row.type_name == E::full_name())
        .map(|row| E::decode(row.data.as_slice()).unwrap())
        .collect()
}

/// How many audit rows say that a method was called.
pub(crate) async fn reveals_on_record(service: &TestService, method: &str) -> i64 {
    sqlx::query_scalar("select count(*) from audit where method like '%/' || $1")
        .bind(method)
        .fetch_one(&mut service.sql().await)
        .await
        .unwrap()
}

pub(crate) fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap().reason
}

/// The name of the row that a refused duplicate repeats.
pub(crate) fn repeats(status: &Status) -> String {
    assert_eq!(status.code(), Code::AlreadyExists, "{status:?}");
    status.get_details_resource_info().unwrap().resource_name
}

#[expect(clippy::unnecessary_wraps, reason = "message fields are optional")]
pub(crate) fn told(source: &str) -> Option<api::Provenance> {
    Some(api::Provenance {
        sources: vec![source.into()],
        locations: vec!["L1".into()],
    })
}

pub(crate) fn exactly(value: i64) -> Option<api::Count> {
    Some(api::Count {
        value: Some(value),
        modality: api::Modality::Exact.into(),
    })
}

pub(crate) async fn outlet(client: &mut Client, title: &str, counted: bool) -> pb::Outlet {
    let outlet = pb::Outlet {
        title: title.into(),
        kind: pb::OutletKind::Newspaper.into(),
        counted,
        columns: vec!["身边好人".into()],
        provenance: told("T1"),
        ..Default::default()
    };
    let request = pb::CreateOutletRequest {
        outlet: Some(outlet),
        ..Default::default()
    };
    client.create_outlet(request).await.unwrap().into_inner()
}

pub(crate) fn item(outlet: &pb::Outlet, title: &str, on: &str) -> pb::MediaItem {
    pb::MediaItem {
        outlet: outlet.name.clone(),
        title: title.into(),
        kind: ev::MediaKind::Article.into(),
        published_on: on.into(),
        authors: vec![
            pb::Author {
                role: pb::AuthorRole::Reporter.into(),
                full_name: "钱多多".into(),
            },
            pb::Author {
                role: pb::AuthorRole::Correspondent.into(),
                full_name: "孙小果".into(),
            },
        ],
        provenance: told("T2"),
        ..Default::default()
    }
}

pub(crate) async fn create_item(
    client: &mut Client,
    item: pb::MediaItem,
) -> Result<pb::MediaItem, Status> {
    let request = pb::CreateMediaItemRequest {
        media_item: Some(item),
        ..Default::default()
    };
    client
        .create_media_item(request)
        .await
        .map(tonic::Response::into_inner)
}

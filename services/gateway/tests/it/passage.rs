//! Calls that pass through: bytes, headers, trailers and refusals.

use std::time::Duration;

use jianyi_proto::gateway::v1::ListServiceStatusRequest;
use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_proto::identity::v1 as identity;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use jianyi_proto::ops::v1::{GetStatusRequest, ServiceStatus};
use tonic::{Code, Request};

use super::*;

fn healthy(name: &'static str) -> impl Fn(&Arrived) -> Answer {
    move |call| {
        assert_eq!(call.path, "/jianyi.ops.v1.OpsService/GetStatus");
        Ok(ServiceStatus {
            service: name.into(),
            healthy: true,
            ..ServiceStatus::default()
        }
        .encode_to_vec())
    }
}

#[tokio::test]
async fn a_call_passes_with_its_token_headers_and_trailers() {
    let gateway = Gateway::start(&[], &[]).await;
    let mut client =
        IdentityServiceClient::new(gateway.channel("ROLE_SYSTEM_ADMINISTRATOR", "410600"));
    let mut request = Request::new(identity::GetAccountRequest {
        name: "accounts/7".into(),
    });
    request.set_timeout(Duration::from_secs(7));
    request.metadata_mut().insert(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            .parse()
            .unwrap(),
    );
    let reply = client.get_account(request).await.unwrap();
    assert_eq!(reply.metadata().get("x-header").unwrap(), "kept");
    assert_eq!(reply.metadata().get("x-trailer").unwrap(), "kept");

    let arrived = gateway.identity.arrived();
    let call = arrived
        .iter()
        .find(|call| call.path.ends_with("/GetAccount"))
        .unwrap();
    assert_eq!(
        call.decode::<identity::GetAccountRequest>().name,
        "accounts/7"
    );
    assert!(call.header("authorization").starts_with("Bearer ey"));
    assert!(call.header("traceparent").starts_with("00-0af"));
    // Less than the client's seven seconds, in whatever unit.
    assert!(
        call.header("grpc-timeout").starts_with('6'),
        "{}",
        call.header("grpc-timeout")
    );
}

#[tokio::test]
async fn the_gate_stands_before_everything_that_is_not_open() {
    let gateway = Gateway::start(&[], &[]).await;
    let mut nobody = IdentityServiceClient::new(gateway.bare());
    nobody
        .login(identity::LoginRequest::default())
        .await
        .unwrap();
    let missing = nobody
        .who_am_i(identity::WhoAmIRequest {})
        .await
        .unwrap_err();
    assert_eq!(
        (missing.code(), reason(&missing)),
        (Code::Unauthenticated, "TOKEN_MISSING".into())
    );
    let mut clerk = IdentityServiceClient::new(gateway.channel("ROLE_CARE", "410600"));
    let denied = clerk
        .list_accounts(identity::ListAccountsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(
        (denied.code(), reason(&denied)),
        (Code::PermissionDenied, "PERMISSION_DENIED".into())
    );
    assert!(
        gateway
            .identity
            .arrived()
            .iter()
            .all(|call| !call.path.ends_with("/ListAccounts"))
    );
}

#[tokio::test]
async fn operators_reach_the_instance_they_name() {
    let care = Upstream::start(healthy("care")).await;
    let county = Upstream::start(healthy("member/410611")).await;
    let gateway = Gateway::start(
        &[("care", care.url())],
        &[("410611", county.url()), ("410621", nowhere())],
    )
    .await;
    let mut client = OpsServiceClient::new(gateway.channel("ROLE_OPERATOR", "410600"));
    for name in ["care", "member/410611"] {
        let status = client
            .get_status(GetStatusRequest {
                service: name.into(),
            })
            .await
            .unwrap()
            .into_inner();
        assert_eq!(status.service, name);
    }
    let unknown = client
        .get_status(GetStatusRequest {
            service: "member/410699".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    let down = client
        .get_status(GetStatusRequest {
            service: "member/410621".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(down.code(), Code::Unavailable);
}

#[tokio::test]
async fn the_status_of_all_lists_those_that_do_not_answer() {
    let care = Upstream::start(healthy("care")).await;
    let gateway = Gateway::start(
        &[("care", care.url()), ("donation", nowhere())],
        &[("410611", nowhere())],
    )
    .await;
    let mut client = GatewayServiceClient::new(gateway.channel("ROLE_OVERSIGHT", "410600"));
    let services = client
        .list_service_status(ListServiceStatusRequest {})
        .await
        .unwrap()
        .into_inner()
        .services;
    let found: Vec<_> = services
        .iter()
        .map(|s| (s.service.as_str(), s.healthy, s.problem.as_str()))
        .collect();
    assert_eq!(found[0], ("care", true, ""));
    assert_eq!(found[1], ("donation", false, "cannot be reached"));
    assert_eq!(
        (found[2].0, found[3]),
        ("identity", ("member/410611", false, "cannot be reached"))
    );
}

#[tokio::test]
async fn a_service_that_is_down_is_unavailable() {
    let gateway = Gateway::start(&[("care", nowhere())], &[]).await;
    let mut client = tonic::client::Grpc::new(gateway.channel("ROLE_OPERATOR", "410600"));
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/jianyi.care.v1.CareService/ListActivities");
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let down = client
        .unary(Request::new(()), path, codec)
        .await
        .unwrap_err();
    assert_eq!(
        (down.code(), reason(&down)),
        (Code::Unavailable, "UNAVAILABLE".into())
    );
}

#[tokio::test]
async fn reflection_and_health_are_open_to_everybody() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

    let gateway = Gateway::start(&[], &[]).await;
    HealthClient::new(gateway.bare())
        .check(HealthCheckRequest::default())
        .await
        .unwrap();
    let ask = ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..ServerReflectionRequest::default()
    };
    let mut answers = ServerReflectionClient::new(gateway.bare())
        .server_reflection_info(futures::stream::iter([ask]))
        .await
        .unwrap()
        .into_inner();
    let answer = answers
        .message()
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap();
    let MessageResponse::ListServicesResponse(list) = answer else {
        panic!("{answer:?}")
    };
    let names: Vec<_> = list
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    for name in [
        "jianyi.gateway.v1.GatewayService",
        "jianyi.member.v1.MemberService",
        "jianyi.oversight.v1.OversightService",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
}

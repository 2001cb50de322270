//! `/healthz`: whether the door can be used. It needs identity to know callers, and NATS to show events.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::json;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::front::Front;

const PATIENCE: Duration = Duration::from_secs(2);

/// 200 when identity and NATS answer, else 503; open to everybody, and says nothing more.
pub(crate) async fn healthz(State(front): State<Front>) -> Response {
    let identity = match front.directory.service("identity") {
        Ok(channel) => answers(channel).await,
        // Whoever has identity's keys in a file needs nobody to know callers.
        Err(_) => true,
    };
    let nats = front
        .events
        .bus
        .get()
        .is_some_and(jianyi_bus::Bus::is_connected);
    let healthy = identity && nats;
    let code = if healthy {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if healthy { "ok" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "identity": identity,
        "nats": nats,
    });
    (code, Json(body)).into_response()
}

async fn answers(channel: Channel) -> bool {
    let mut client = HealthClient::new(channel);
    let asked = tokio::time::timeout(PATIENCE, client.check(HealthCheckRequest::default())).await;
    matches!(asked, Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving)
}

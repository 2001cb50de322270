//! The doors that events leave by, read from the first event to the last as one role.

use jianyi_proto::gateway::v1 as gateway;
use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_tests::System;
use prost::Message as _;
use tonic::Code;

/// Events as one door showed them, each as the bytes that came.
pub(super) type Shown = Vec<Vec<u8>>;

/// `WatchEvents` over gRPC.
pub(super) async fn watched(system: &System, role: &str, place: &str) -> Result<Shown, Code> {
    let mut client = GatewayServiceClient::new(system.channel_as(role, place).await);
    let opened = client
        .watch_events(gateway::WatchEventsRequest::default())
        .await;
    let mut stream = opened.map_err(|status| status.code())?.into_inner();
    let mut shown = Vec::new();
    while let Some(item) = stream.message().await.map_err(|status| status.code())? {
        shown.push(item.encode_to_vec());
    }
    Ok(shown)
}

/// `/v1/events`, as a browser or a dashboard reads it.
pub(super) async fn sent(system: &System, role: &str, place: &str) -> Result<Shown, u16> {
    let answer = reqwest::Client::new()
        .get(format!("{}/v1/events?follow=false", system.http()))
        .bearer_auth(system.token_as(role, place).await)
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    if status != 200 {
        return Err(status);
    }
    Ok(text
        .split("\n\n")
        .filter(|block| block.lines().any(|line| line.starts_with("data:")))
        .map(|block| block.as_bytes().to_vec())
        .collect())
}

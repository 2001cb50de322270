//! Publishing past the services, as a broken or repeating broker would: for stories about bad deliveries.

use async_nats::HeaderMap;
use async_nats::jetstream::{self, Context};
use jianyi_tests::System;
use prost::{Message, Name};
use uuid::Uuid;

/// A JetStream context with the services' rights.
pub(crate) async fn jetstream_of(system: &System) -> Context {
    let (user, password) = system.world.nats_login().unwrap();
    let options = async_nats::ConnectOptions::with_user_and_password(user.into(), password.into());
    let client = options
        .connect(system.world.addresses().nats.clone())
        .await
        .unwrap();
    jetstream::new(client)
}

/// One copy of an event, under a message id of its own, so that the stream keeps every copy.
pub(crate) async fn publish<E: Message + Name>(
    jetstream: &Context,
    id: Uuid,
    event: &E,
    resource: &str,
    division: &str,
    version: i64,
) {
    publish_raw(
        jetstream,
        id,
        &E::full_name(),
        event.encode_to_vec(),
        resource,
        division,
        version,
    )
    .await;
}

#[expect(clippy::too_many_arguments, reason = "it spells out a message")]
pub(crate) async fn publish_raw(
    jetstream: &Context,
    id: Uuid,
    type_name: &str,
    data: Vec<u8>,
    resource: &str,
    division: &str,
    version: i64,
) {
    let mut parts = type_name.split('.');
    let context = parts.nth(1).unwrap();
    let mut snake = String::new();
    for letter in type_name.rsplit('.').next().unwrap().chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", Uuid::new_v4().to_string());
    headers.insert("ce-specversion", "1.0");
    headers.insert("ce-id", id.to_string());
    headers.insert("ce-type", type_name);
    headers.insert("ce-source", format!("//{context}.jianyi"));
    headers.insert("ce-subject", resource);
    headers.insert("ce-time", "2024-07-01T00:00:00Z");
    headers.insert("ce-datacontenttype", "application/protobuf");
    headers.insert("ce-sequence", version.to_string());
    let subject = format!("jianyi.{context}.{division}.{snake}");
    jetstream
        .publish_with_headers(subject, headers, data.into())
        .await
        .unwrap()
        .await
        .unwrap();
}

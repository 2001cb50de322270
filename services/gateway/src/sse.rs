//! `/v1/events`: live events for browsers and anything that reads `text/event-stream`.
//!
//! Each message's id is the position after it; a browser sends it back as `Last-Event-ID` when it
//! reconnects, and goes on there without gap or repeat.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use futures::stream;
use http::{HeaderMap, HeaderValue, header};
use jianyi_kernel::{Fault, Violation};
use serde::Deserialize;
use serde_json::json;
use tonic::Status;

use crate::events::{Item, WantedText, cloud_event};
use crate::front::Front;
use crate::http_error;

/// Who may watch over HTTP is who may over gRPC.
const POLICY_OF: &str = "/jianyi.gateway.v1.GatewayService/WatchEvents";
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const RETRY: Duration = Duration::from_secs(2);

/// Query parameters; lists are separated by commas.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    #[serde(default)]
    cursor: String,
    #[serde(default)]
    contexts: String,
    #[serde(default)]
    divisions: String,
    #[serde(default)]
    types: String,
    #[serde(default = "yes")]
    follow: bool,
    /// For browsers, whose `EventSource` cannot send an Authorization header.
    access_token: Option<String>,
}

const fn yes() -> bool {
    true
}

/// Streams events until the reader goes away.
pub(crate) async fn events(
    State(front): State<Front>,
    query: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    match open(&front, query, headers).await {
        Ok(response) => response,
        Err(status) => http_error::of_status(&status),
    }
}

async fn open(
    front: &Front,
    query: Result<Query<Parameters>, QueryRejection>,
    mut headers: HeaderMap,
) -> Result<Response, Status> {
    let Query(parameters) = query.map_err(|_| jianyi_rpc::status(malformed()))?;
    if let Some(token) = &parameters.access_token
        && !headers.contains_key(header::AUTHORIZATION)
        && let Ok(value) = HeaderValue::try_from(format!("Bearer {token}"))
    {
        headers.insert(header::AUTHORIZATION, value);
    }
    let admitted = front.gate.admit(POLICY_OF, &headers).await;
    let caller = admitted.map_err(jianyi_rpc::status)?;
    let held = front.limits.count(POLICY_OF, caller.subject)?;
    // The header is newer than the address, which a browser repeats unchanged when it reconnects.
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .filter(|id| !id.is_empty());
    let wanted = front.events.wanted(WantedText {
        cursor: last.map_or(parameters.cursor, ToOwned::to_owned),
        contexts: list(&parameters.contexts),
        divisions: list(&parameters.divisions),
        types: list(&parameters.types),
        follow: parameters.follow,
    });
    let watching = wanted.and_then(|wanted| front.events.watch(wanted));
    let watching = watching.map_err(jianyi_rpc::status)?;
    let hello = stream::iter([Event::default().retry(RETRY).comment("events follow")]);
    let events = hello
        .chain(watching.map(move |item| {
            // Counts as long as it is read.
            let _until_the_end = &held;
            event(item)
        }))
        .map(Ok::<_, Infallible>);
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("keep-alive"))
        .into_response();
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn event(item: Item) -> Event {
    match item {
        Item::Event(watched, data) => Event::default()
            .id(watched.cursor.to_string())
            .event(&watched.type_name)
            .data(cloud_event(&watched, data).to_string()),
        Item::Lagging(pending, cursor) => Event::default()
            .id(cursor.to_string())
            .event("lagging")
            .data(json!({ "pending": pending }).to_string()),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

fn malformed() -> Fault {
    Violation::new(
        "query",
        "QUERY_MALFORMED",
        "known parameters are cursor, contexts, divisions, types, follow, access_token".into(),
        "查询参数有误,请核对参数名称",
    )
    .into()
}

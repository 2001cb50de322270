//! `/site.json`: what pages must know of the system before anybody has signed in.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::header;
use serde_json::json;

use super::ASK_AGAIN;

pub(super) const PATH: &str = "/site.json";

pub(super) fn tell(demonstration: bool) -> Response {
    let body = json!({ "version": env!("CARGO_PKG_VERSION"), "demonstration": demonstration });
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, ASK_AGAIN);
    response
}

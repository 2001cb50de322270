//! A page: asked for again each time, and sent again only when it is another one.

use std::path::Path;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use jianyi_kernel::Fault;
use sha2::{Digest as _, Sha256};

use super::{ASK_AGAIN, file};
use crate::http_error;

/// The console.
pub(super) const INDEX: &str = "index.html";
/// What anybody may look at without an account.
pub(super) const PUBLIC: &str = "public.html";

/// Sends the page of a name.
pub(super) async fn serve<B>(dir: &Path, name: &'static str, request: Request<B>) -> Response {
    let Ok(text) = tokio::fs::read(dir.join(name)).await else {
        return http_error::response(Fault::NotFound(request.uri().path().to_owned()));
    };
    let tag = tag(&text);
    let mut response = if is_known(request.headers(), &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (mut parts, _) = request.into_parts();
        parts.uri = uri(name);
        // The tag alone decides: the clock of whoever built it does not count, nor does a part make a page.
        for condition in [
            header::IF_MODIFIED_SINCE,
            header::IF_UNMODIFIED_SINCE,
            header::RANGE,
        ] {
            parts.headers.remove(condition);
        }
        let mut response = file(dir, Request::from_parts(parts, Body::empty()), ASK_AGAIN).await;
        let headers = response.headers_mut();
        headers.remove(header::LAST_MODIFIED);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn uri(name: &'static str) -> Uri {
    match name {
        PUBLIC => Uri::from_static("/public.html"),
        _ => Uri::from_static("/index.html"),
    }
}

/// Weak, because the page is the same however it is packed.
fn tag(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    let digest: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("W/\"{digest}\"")
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag)
}

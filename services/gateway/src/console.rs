//! The console's built pages, served at `/`.
//!
//! The folder is looked at for every request: it may appear, and be built again, while the gateway runs. The page
//! says so when it is not there; everything else of the gateway does not depend on it.

mod guard;
mod notice;
mod page;
mod route;
mod site;

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Method, Request, StatusCode, header};
use jianyi_kernel::Fault;
use tower_http::services::ServeDir;

use crate::http_error;
use route::{Route, accepts_html};

/// Names contain a digest of what is in them.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// May be kept, and is asked for again each time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Where the console is.
#[derive(Debug, Clone, Default)]
pub struct Console {
    /// The folder of the built pages; it may appear later.
    pub dir: Option<PathBuf>,
    /// A file in which whoever builds them says how far that is; shown as long as they are not there.
    pub notice: Option<PathBuf>,
    /// Whether this is a system to try things in (演示环境), which its pages then say.
    pub demonstration: bool,
}

impl Console {
    /// Answers what is neither gRPC nor a route of the gateway's own.
    pub(crate) async fn answer<B>(&self, request: Request<B>) -> Response {
        let path = request.uri().path();
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let route = Route::of(path, accepts_html(request.headers()));
        let (true, Some(route)) = (is_read, route) else {
            return http_error::response(Fault::NotFound(path.to_owned()));
        };
        let mut response = match self.built().await {
            _ if path == site::PATH => site::tell(self.demonstration),
            Some(dir) => serve(dir, route, request).await,
            None if route.is_page() => notice::page(self.notice.as_deref()).await,
            None => http_error::response(Fault::NotFound(path.to_owned())),
        };
        guard::write(response.headers_mut());
        response
    }

    /// The folder, when there is something in it.
    async fn built(&self) -> Option<&Path> {
        let dir = self.dir.as_deref()?;
        let index = tokio::fs::metadata(dir.join(page::INDEX)).await.ok()?;
        index.is_file().then_some(dir)
    }
}

async fn serve<B>(dir: &Path, route: Route, request: Request<B>) -> Response {
    match route {
        Route::Page(name) => page::serve(dir, name, request).await,
        Route::Asset => file(dir, request, FOR_EVER).await,
        Route::File { or_page } => {
            let headers = request.headers().clone();
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let found = file(dir, request, ASK_AGAIN).await;
            if found.status() != StatusCode::NOT_FOUND || !or_page {
                return found;
            }
            let mut again = Request::new(());
            *again.headers_mut() = headers;
            *again.method_mut() = method;
            *again.uri_mut() = uri;
            page::serve(dir, page::INDEX, again).await
        }
    }
}

/// A file, packed as the browser likes it where it lies there packed.
async fn file<B>(dir: &Path, request: Request<B>, keep: HeaderValue) -> Response {
    let mut files = ServeDir::new(dir)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let request = Request::from_parts(parts, Body::empty());
    let mut response = match files.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => return http_error::response(Fault::internal(error)),
    };
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => {
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, keep);
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            response
        }
        // A folder, or nothing.
        StatusCode::NOT_FOUND | StatusCode::TEMPORARY_REDIRECT => {
            http_error::response(Fault::NotFound(path))
        }
        _ => response,
    }
}

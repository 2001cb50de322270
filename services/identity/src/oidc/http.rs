//! How the provider is asked: TLS or loopback, no redirects, and no more than is sensible of time and bytes.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use http::Response;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jianyi_kernel::Fault;
use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::settings::is_private;

/// Longer than this nobody waits for a login page.
const PATIENCE: Duration = Duration::from_secs(10);
/// Keys and metadata of the largest providers are a tenth of it.
const MOST_BYTES: usize = 512 * 1024;

/// Why the provider could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("the provider names an address that is neither https nor loopback")]
    NotPrivate,
    #[error("the provider does not answer in time")]
    Silent,
    #[error("the provider cannot be reached")]
    Unreachable(#[from] hyper_util::client::legacy::Error),
    #[error("the provider's answer breaks off or is too large")]
    Unreadable(#[source] Box<dyn Error + Send + Sync>),
}

/// An HTTP client that trusts the system's certificate authorities. It follows no redirect and knows no proxy.
#[derive(Debug, Clone)]
pub(crate) struct Http(Client<HttpsConnector<HttpConnector>, Full<tonic::codegen::Bytes>>);

impl Http {
    pub(crate) fn new() -> Result<Self, Fault> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Fault::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let private = Url::parse(&request.uri().to_string()).is_ok_and(|url| is_private(&url));
        if !private {
            return Err(HttpError::NotPrivate);
        }
        let request = request.map(|body| Full::new(body.into()));
        let (parts, body) = self.0.request(request).await?.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body.map_err(HttpError::Unreadable)?.to_bytes().to_vec();
        Ok(Response::from_parts(parts, body))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = BoxFuture<'c, Result<HttpResponse, HttpError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            tokio::time::timeout(PATIENCE, self.ask(request))
                .await
                .map_err(|_| HttpError::Silent)?
        })
    }
}

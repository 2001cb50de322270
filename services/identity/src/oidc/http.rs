//! How the provider is asked: TLS or loopback, no redirects, and no more than is sensible of time and bytes.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::settings::{is_loopback, is_private};
use jianyi_kernel::Fault;

/// More than this nobody waits for a login page.
const PATIENCE: Duration = Duration::from_secs(10);
/// Keys and metadata of the largest providers are a tenth of it.
const MOST_BYTES: usize = 512 * 1024;

/// Why the provider could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("the provider names an address that is neither https nor loopback")]
    NotPrivate,
    #[error("the provider's answer is too large")]
    TooLarge,
    #[error("the provider cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the provider's answer is no HTTP")]
    Malformed(#[from] http::Error),
}

/// An HTTP client of the system's certificate authorities.
#[derive(Debug, Clone)]
pub(crate) struct Http(reqwest::Client);

impl Http {
    /// A client for the provider at `issuer`; one on loopback is asked past any proxy.
    pub(crate) fn new(issuer: &str) -> Result<Self, Fault> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Fault::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .connect_timeout(PATIENCE)
            .timeout(PATIENCE);
        if Url::parse(issuer).is_ok_and(|url| is_loopback(&url)) {
            client = client.no_proxy();
        }
        Ok(Self(client.build().map_err(Fault::internal)?))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let private = Url::parse(&parts.uri.to_string()).is_ok_and(|url| is_private(&url));
        if !private {
            return Err(HttpError::NotPrivate);
        }
        let mut answer = self
            .0
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(body)
            .send()
            .await?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if bytes.len().saturating_add(chunk.len()) > MOST_BYTES {
                return Err(HttpError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(response.body(bytes)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = BoxFuture<'c, Result<HttpResponse, HttpError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

//! How the provider is asked: TLS or loopback, no redirects, and no more than is sensible of time and bytes.

use std::error::Error;
use std::io;
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
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, crypto};

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
    #[error(
        "the provider's certificate is not accepted ({0}); JIANYI_OIDC_CA_FILE names the authority of a private one"
    )]
    Untrusted(rustls::CertificateError),
    #[error("the provider does not answer in time")]
    Silent,
    #[error("the provider cannot be reached")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("the provider's answer breaks off or is too large")]
    Unreadable(#[source] Box<dyn Error + Send + Sync>),
}

impl From<hyper_util::client::legacy::Error> for HttpError {
    /// What TLS says lies some errors deep.
    fn from(error: hyper_util::client::legacy::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            if let Some(rustls::Error::InvalidCertificate(why)) = inner.downcast_ref() {
                return Self::Untrusted(why.clone());
            }
            // An input-output error hands on the cause of what it wraps, never the wrapped itself.
            let wrapped = inner
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref);
            cause = match wrapped {
                Some(wrapped) => Some(wrapped),
                None => inner.source(),
            };
        }
        Self::Unreachable(error)
    }
}

impl From<HttpError> for Fault {
    /// Callers learn that it is the provider, and whether it is its certificate; the log says all.
    fn from(error: HttpError) -> Self {
        let what = match &error {
            HttpError::Untrusted(_) => "certificate of the outside identity provider",
            HttpError::NotPrivate
            | HttpError::Silent
            | HttpError::Unreachable(_)
            | HttpError::Unreadable(_) => "the outside identity provider",
        };
        let why = Self::internal(error).chain();
        tracing::warn!(error = why, "the outside provider cannot be asked");
        Self::Unavailable(what.into())
    }
}

/// An HTTP client that trusts the authorities it is given, or else the system's. It follows no redirect and knows no proxy.
#[derive(Debug, Clone)]
pub(crate) struct Http(Client<HttpsConnector<HttpConnector>, Full<tonic::codegen::Bytes>>);

impl Http {
    pub(crate) fn new(authority: Option<&str>) -> Result<Self, Fault> {
        let mut roots = RootCertStore::empty();
        match authority {
            Some(pem) => {
                for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                    roots
                        .add(certificate.map_err(Fault::internal)?)
                        .map_err(Fault::internal)?;
                }
                if roots.is_empty() {
                    return Err(Fault::internal(
                        "JIANYI_OIDC_CA_FILE has no certificate in it",
                    ));
                }
            }
            None => {
                let found = rustls_native_certs::load_native_certs();
                roots.add_parsable_certificates(found.certs);
            }
        }
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

//! Certificates of both sides of a connection, read once at the start.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jianyi_kernel::{Fault, Pii};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

/// Mutual TLS between services: all three files or none.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct MtlsConfig {
    /// PEM of the authority that certifies every service; switches mutual TLS on.
    #[arg(long, env = "JIANYI_MTLS_CA", requires_all = ["mtls_cert", "mtls_key"])]
    pub mtls_ca: Option<PathBuf>,

    /// PEM of this service's certificate: its host name and `localhost`, for server and client use.
    #[arg(long, env = "JIANYI_MTLS_CERT", requires = "mtls_ca")]
    pub mtls_cert: Option<PathBuf>,

    /// PEM of the certificate's private key.
    #[arg(long, env = "JIANYI_MTLS_KEY", requires = "mtls_ca")]
    pub mtls_key: Option<PathBuf>,
}

impl MtlsConfig {
    /// Reads the files; `None` when mutual TLS is off.
    ///
    /// # Errors
    /// [`Fault::Internal`] when only some are named, or one cannot be read.
    pub fn load(&self) -> Result<Option<Mtls>, Fault> {
        match (&self.mtls_ca, &self.mtls_cert, &self.mtls_key) {
            (None, None, None) => Ok(None),
            (Some(ca), Some(certificate), Some(key)) => Ok(Some(Mtls {
                ca: read_pem(ca)?,
                certificate: read_pem(certificate)?,
                key: Pii::new(read_pem(key)?),
            })),
            _ => Err(Fault::internal(
                "mutual TLS needs an authority, a certificate and a key: JIANYI_MTLS_CA, JIANYI_MTLS_CERT, JIANYI_MTLS_KEY",
            )),
        }
    }
}

/// The material of mutual TLS, the same for serving and for calling.
#[derive(Debug, Clone)]
pub struct Mtls {
    ca: String,
    certificate: String,
    key: Pii<String>,
}

impl Mtls {
    /// How a service serves: callers without a certificate of the authority get no answer.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the material is not what it should be.
    pub fn server(&self) -> Result<ServerTls, Fault> {
        ServerTls::new(
            &self.certificate,
            &self.key,
            ClientCertificates::Required(&self.ca),
        )
    }

    /// How others are called: they must show a certificate of the authority, and see ours.
    #[must_use]
    pub fn client(&self) -> ClientTls {
        ClientTls {
            ca: Some(self.ca.clone()),
            identity: Some((self.certificate.clone(), self.key.clone())),
            name: None,
        }
    }
}

/// Whether callers show certificates. The text is the PEM of the authority that must have signed them.
#[derive(Debug, Clone, Copy)]
pub enum ClientCertificates<'a> {
    /// They are not asked.
    NotAsked,
    /// They may.
    Accepted(&'a str),
    /// They must.
    Required(&'a str),
}

/// A server's side of TLS: `h2` and `http/1.1` by ALPN.
#[derive(Clone)]
pub struct ServerTls(TlsAcceptor);

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls")
    }
}

impl ServerTls {
    /// From PEM texts.
    ///
    /// # Errors
    /// [`Fault::Internal`] when a text is not PEM, or key and certificate do not belong together.
    pub fn new(
        certificate: &str,
        key: &Pii<String>,
        clients: ClientCertificates<'_>,
    ) -> Result<Self, Fault> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(Fault::internal)?;
        let verifier = |ca| -> Result<_, Fault> {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(ca)? {
                roots.add(certificate).map_err(Fault::internal)?;
            }
            Ok(WebPkiClientVerifier::builder_with_provider(
                Arc::new(roots),
                Arc::clone(&provider),
            ))
        };
        let builder = match clients {
            ClientCertificates::NotAsked => builder.with_no_client_auth(),
            ClientCertificates::Accepted(ca) => builder.with_client_cert_verifier(
                verifier(ca)?
                    .allow_unauthenticated()
                    .build()
                    .map_err(Fault::internal)?,
            ),
            ClientCertificates::Required(ca) => {
                builder.with_client_cert_verifier(verifier(ca)?.build().map_err(Fault::internal)?)
            }
        };
        let key = PrivateKeyDer::from_pem_slice(key.expose("serve TLS").as_bytes())
            .map_err(Fault::internal)?;
        let mut config = builder
            .with_single_cert(certificates(certificate)?, key)
            .map_err(Fault::internal)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(crate) const fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}

/// A client's side of TLS.
#[derive(Debug, Clone, Default)]
pub struct ClientTls {
    ca: Option<String>,
    identity: Option<(String, Pii<String>)>,
    name: Option<String>,
}

impl ClientTls {
    /// Trusts the certificates of this PEM text instead of the machine's.
    #[must_use]
    pub const fn trusting(ca: String) -> Self {
        Self {
            ca: Some(ca),
            identity: None,
            name: None,
        }
    }

    /// Expects this name in the server's certificate instead of the one in the address.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Whether servers will see a certificate of ours.
    pub(crate) const fn is_mutual(&self) -> bool {
        self.identity.is_some()
    }

    pub(crate) fn config(&self) -> ClientTlsConfig {
        let mut config = ClientTlsConfig::new();
        config = match &self.ca {
            Some(ca) => config.ca_certificate(Certificate::from_pem(ca)),
            None => config.with_native_roots(),
        };
        if let Some((certificate, key)) = &self.identity {
            config = config.identity(Identity::from_pem(certificate, key.expose("call by TLS")));
        }
        if let Some(name) = &self.name {
            config = config.domain_name(name);
        }
        config
    }
}

/// Reads a PEM file.
///
/// # Errors
/// [`Fault::Internal`] that names the file.
pub fn read_pem(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path)
        .map_err(|error| Fault::internal(format!("cannot read {}: {error}", path.display())))
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(Fault::internal)?;
    if found.is_empty() {
        return Err(Fault::internal("a PEM file has no certificate in it"));
    }
    Ok(found)
}

//! A server's side of TLS: `h2` and `http/1.1` by ALPN, and certificates that are read again when they change.
//!
//! Whoever runs containers puts new certificates where the old ones were; nobody is cut off for that. A change that
//! does not hold together, such as a certificate whose key has not come yet, leaves what was in use.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jianyi_kernel::{Fault, Pii};
use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{Error, RootCertStore, ServerConfig};

use crate::read_pem;
use crate::tls::certificates;

/// How often connections coming in make us look for a change: some kilobytes out of the page cache.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Whether callers show certificates. The text is the PEM of the authority that must have signed them.
#[derive(Debug, Clone)]
pub enum ClientCertificates {
    /// They are not asked.
    NotAsked,
    /// They may.
    Accepted(String),
    /// They must.
    Required(String),
}

/// What a server shows, and what it takes, as PEM.
#[derive(Debug, Clone)]
pub struct ServerMaterial {
    /// Where certificate and key come from, for whoever has to put it right.
    pub origin: String,
    /// With its chain.
    pub certificate: String,
    /// Its private key.
    pub key: Pii<String>,
    /// Whether callers show theirs.
    pub clients: ClientCertificates,
}

impl ServerMaterial {
    /// With certificate and key from files.
    ///
    /// # Errors
    /// [`Fault::Internal`] that names the file that cannot be read.
    pub fn of_files(
        certificate: &Path,
        key: &Path,
        clients: ClientCertificates,
    ) -> Result<Self, Fault> {
        Ok(Self {
            origin: format!("{} with {}", certificate.display(), key.display()),
            certificate: read_pem(certificate)?,
            key: Pii::new(read_pem(key)?),
            clients,
        })
    }

    pub(crate) fn authority(&self) -> &str {
        match &self.clients {
            ClientCertificates::NotAsked => "",
            ClientCertificates::Accepted(pem) | ClientCertificates::Required(pem) => pem,
        }
    }

    /// The key in the form of the library.
    pub(crate) fn key(&self) -> Result<PrivateKeyDer<'static>, Fault> {
        PrivateKeyDer::from_pem_slice(self.key.expose("use it for TLS").as_bytes())
            .map_err(|error| Fault::internal(format!("{}: no private key: {error}", self.origin)))
    }

    fn fingerprint(&self) -> [u8; 32] {
        let key = self.key.expose("see whether it changed");
        [self.certificate.as_str(), key, self.authority()]
            .iter()
            .fold(Sha256::new(), |digest, text| {
                digest
                    .chain_update(text.len().to_be_bytes())
                    .chain_update(text)
            })
            .finalize()
            .into()
    }

    fn acceptor(&self) -> Result<TlsAcceptor, Fault> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(Fault::internal)?;
        let verifier = |pem: &str| -> Result<_, Fault> {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(pem)? {
                roots.add(certificate).map_err(Fault::internal)?;
            }
            let provider = Arc::clone(&provider);
            Ok(WebPkiClientVerifier::builder_with_provider(
                Arc::new(roots),
                provider,
            ))
        };
        let builder = match &self.clients {
            ClientCertificates::NotAsked => builder.with_no_client_auth(),
            ClientCertificates::Accepted(pem) => builder.with_client_cert_verifier(
                verifier(pem)?
                    .allow_unauthenticated()
                    .build()
                    .map_err(Fault::internal)?,
            ),
            ClientCertificates::Required(pem) => {
                builder.with_client_cert_verifier(verifier(pem)?.build().map_err(Fault::internal)?)
            }
        };
        let chain = certificates(&self.certificate)
            .map_err(|fault| Fault::internal(format!("{}: {}", self.origin, fault.chain())))?;
        let mut config = builder
            .with_single_cert(chain, self.key()?)
            .map_err(|error| self.unusable(&error))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    pub(crate) fn unusable(&self, error: &Error) -> Fault {
        let why = if matches!(error, Error::InconsistentKeys(_)) {
            "the key does not belong to the certificate".to_owned()
        } else {
            error.to_string()
        };
        Fault::internal(format!("{}: {why}", self.origin))
    }
}

/// A server's side of TLS.
#[derive(Clone)]
pub struct ServerTls(Arc<Shared>);

struct Shared {
    read: Box<dyn Fn() -> Result<ServerMaterial, Fault> + Send + Sync>,
    current: Mutex<Current>,
}

struct Current {
    acceptor: TlsAcceptor,
    /// What was read last, whether it could be used or not: nothing is complained about twice.
    seen: Option<[u8; 32]>,
    looked: Instant,
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls")
    }
}

impl ServerTls {
    /// From what `read` gives now, and again as connections come in.
    ///
    /// # Errors
    /// [`Fault::Internal`] when something cannot be read or is not PEM, or key and certificate do not belong
    /// together.
    pub fn new(
        read: impl Fn() -> Result<ServerMaterial, Fault> + Send + Sync + 'static,
    ) -> Result<Self, Fault> {
        let material = read()?;
        let current = Current {
            acceptor: material.acceptor()?,
            seen: Some(material.fingerprint()),
            looked: Instant::now(),
        };
        Ok(Self(Arc::new(Shared {
            read: Box::new(read),
            current: Mutex::new(current),
        })))
    }

    /// For the next connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let Shared { read, current } = self.0.as_ref();
        let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK_EVERY {
            current.looked = Instant::now();
            current.look(read);
        }
        current.acceptor.clone()
    }
}

impl Current {
    fn look(&mut self, read: impl Fn() -> Result<ServerMaterial, Fault>) {
        let material = read();
        let seen = material.as_ref().ok().map(ServerMaterial::fingerprint);
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        match material.and_then(|material| material.acceptor()) {
            Ok(acceptor) => {
                self.acceptor = acceptor;
                tracing::info!("certificates were read again");
            }
            Err(fault) => tracing::error!(
                error = fault.chain(),
                "changed certificates cannot be used; the old ones stay"
            ),
        }
    }
}

//! Mutual TLS between services, and a client's side of TLS.
//!
//! Files are read at the start, so that wrong ones end it, and again when they have changed.

use std::path::{Path, PathBuf};

use jianyi_kernel::Fault;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tonic::transport::{Certificate, ClientTlsConfig};

use crate::{ClientCertificates, ServerMaterial, ServerTls};

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
            (Some(ca), Some(certificate), Some(key)) => {
                let mtls = Mtls {
                    ca: ca.clone(),
                    certificate: certificate.clone(),
                    key: key.clone(),
                };
                mtls.read()?;
                Ok(Some(mtls))
            }
            _ => Err(Fault::internal(
                "mutual TLS needs an authority, a certificate and a key: JIANYI_MTLS_CA, JIANYI_MTLS_CERT, JIANYI_MTLS_KEY",
            )),
        }
    }
}

/// The files of mutual TLS, the same for serving and for calling.
#[derive(Debug, Clone)]
pub struct Mtls {
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Mtls {
    /// What the files say now.
    pub(crate) fn read(&self) -> Result<ServerMaterial, Fault> {
        ServerMaterial::of_files(
            &self.certificate,
            &self.key,
            ClientCertificates::Required(read_pem(&self.ca)?),
        )
    }

    /// How a service serves: callers without a certificate of the authority get no answer.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the material is not what it should be.
    pub fn server(&self) -> Result<ServerTls, Fault> {
        let files = self.clone();
        ServerTls::new(move || files.read())
    }

    /// How others are called: they must show a certificate of the authority, and see ours.
    #[must_use]
    pub fn client(&self) -> ClientTls {
        ClientTls {
            mutual: Some(self.clone()),
            ..ClientTls::default()
        }
    }
}

/// A client's side of TLS.
#[derive(Debug, Clone, Default)]
pub struct ClientTls {
    ca: Option<String>,
    mutual: Option<Mtls>,
    name: Option<String>,
}

impl ClientTls {
    /// Trusts the certificates of this PEM text instead of the machine's.
    #[must_use]
    pub const fn trusting(ca: String) -> Self {
        Self {
            ca: Some(ca),
            mutual: None,
            name: None,
        }
    }

    /// Expects this name in the server's certificate instead of the one in the address.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Servers will see our certificate.
    pub(crate) const fn mutual(&self) -> Option<&Mtls> {
        self.mutual.as_ref()
    }

    /// The name expected instead of the one in the address.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// For servers that see no certificate of ours.
    pub(crate) fn config(&self) -> ClientTlsConfig {
        let mut config = ClientTlsConfig::new();
        config = match &self.ca {
            Some(ca) => config.ca_certificate(Certificate::from_pem(ca)),
            None => config.with_native_roots(),
        };
        match &self.name {
            Some(name) => config.domain_name(name),
            None => config,
        }
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

pub(crate) fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(Fault::internal)?;
    if found.is_empty() {
        return Err(Fault::internal("a PEM file has no certificate in it"));
    }
    Ok(found)
}

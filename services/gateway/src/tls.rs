//! The front door's own TLS: plain text, certificates from files, or certificates made here.
//!
//! Made certificates hang on an authority that is made once and kept beside the other secrets, so that who
//! trusts it goes on trusting it; the certificate itself is new at every start and never on disk.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jianyi_kernel::{Clock, Fault, Pii};
use jianyi_rpc::{ClientCertificates, ClientTls, ServerMaterial, ServerTls, read_pem};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

/// The authority's certificate, to be given to those who shall trust it.
pub const AUTHORITY_FILE: &str = "tls-ca.pem";
const AUTHORITY_KEY_FILE: &str = "tls-ca.key";

const AUTHORITY_LIFE: Duration = Duration::days(3650);
/// Longer than this, clients of today do not accept.
const LIFE: Duration = Duration::days(397);

/// How the front door listens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Tls {
    /// Plain text.
    #[default]
    Off,
    /// A certificate made here, by an authority kept in a folder.
    Generated {
        /// Where the authority is kept.
        dir: PathBuf,
        /// Names besides `localhost`, the loopback addresses and the machine's name.
        names: Vec<String>,
    },
    /// A certificate from elsewhere.
    Files {
        /// PEM, with the chain.
        certificate: PathBuf,
        /// PEM.
        key: PathBuf,
    },
}

impl Tls {
    /// The server's side; `clients` is the authority of client certificates that may be shown.
    ///
    /// # Errors
    /// [`Fault::Internal`] when files cannot be read or written, or are not what they should be.
    pub(crate) fn server(
        &self,
        listen: SocketAddr,
        clients: Option<&Path>,
        clock: &Clock,
    ) -> Result<Option<ServerTls>, Fault> {
        let authority = clients.map(Path::to_path_buf);
        let clients = move || -> Result<_, Fault> {
            Ok(match &authority {
                Some(file) => ClientCertificates::Accepted(read_pem(file)?),
                None => ClientCertificates::NotAsked,
            })
        };
        match self.clone() {
            Self::Off => Ok(None),
            Self::Generated { dir, names } => {
                let mut all = own_names();
                all.push(listen.ip().to_string());
                all.extend(names);
                let (certificate, key) = Authority::of(&dir, clock)?.certify(all, clock)?;
                let read = move || {
                    Ok(ServerMaterial {
                        origin: "the certificate made here".into(),
                        certificate: certificate.clone(),
                        key: key.clone(),
                        clients: clients()?,
                    })
                };
                ServerTls::new(read).map(Some)
            }
            Self::Files { certificate, key } => {
                let read = move || ServerMaterial::of_files(&certificate, &key, clients()?);
                ServerTls::new(read).map(Some)
            }
        }
    }

    /// What somebody on this machine must trust to call such a front door.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the authority cannot be read.
    pub fn client(&self) -> Result<ClientTls, Fault> {
        match self {
            Self::Off => Ok(ClientTls::default()),
            Self::Generated { dir, .. } => {
                read_pem(&dir.join(AUTHORITY_FILE)).map(ClientTls::trusting)
            }
            Self::Files { certificate, .. } => read_pem(certificate).map(ClientTls::trusting),
        }
    }

    /// `http` or `https`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        match self {
            Self::Off => "http",
            Self::Generated { .. } | Self::Files { .. } => "https",
        }
    }
}

fn own_names() -> Vec<String> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    // A machine without a name of its own is called by the others.
    let machine = nix::unistd::gethostname().ok();
    names.extend(machine.and_then(|name| name.into_string().ok()));
    names
}

/// Certifies the front door.
struct Authority {
    certificate: String,
    key: KeyPair,
}

impl Authority {
    /// The one of a folder, made when there is none.
    fn of(dir: &Path, clock: &Clock) -> Result<Self, Fault> {
        let (certificate, key) = (dir.join(AUTHORITY_FILE), dir.join(AUTHORITY_KEY_FILE));
        if !key.exists() {
            std::fs::create_dir_all(dir).map_err(Fault::internal)?;
            let made = KeyPair::generate().map_err(Fault::internal)?;
            keep(&key, &made.serialize_pem(), 0o600)?;
        }
        let key = KeyPair::from_pem(&read_pem(&key)?).map_err(Fault::internal)?;
        if !certificate.exists() {
            let made = authority(clock)?
                .self_signed(&key)
                .map_err(Fault::internal)?;
            keep(&certificate, &made.pem(), 0o644)?;
        }
        Ok(Self {
            certificate: read_pem(&certificate)?,
            key,
        })
    }

    /// A certificate with its chain, and its key.
    fn certify(self, names: Vec<String>, clock: &Clock) -> Result<(String, Pii<String>), Fault> {
        let key = KeyPair::generate().map_err(Fault::internal)?;
        let mut params = CertificateParams::new(names).map_err(Fault::internal)?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Jianyi gateway");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let issuer = Issuer::new(authority(clock)?, self.key);
        let certificate = lasting(params, LIFE, clock)?
            .signed_by(&key, &issuer)
            .map_err(Fault::internal)?;
        let chain = format!("{}{}", certificate.pem(), self.certificate);
        Ok((chain, Pii::new(key.serialize_pem())))
    }
}

fn authority(clock: &Clock) -> Result<CertificateParams, Fault> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Jianyi generated authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasting(params, AUTHORITY_LIFE, clock)
}

/// From yesterday, so that a clock that is behind does no harm.
fn lasting(
    mut params: CertificateParams,
    life: Duration,
    clock: &Clock,
) -> Result<CertificateParams, Fault> {
    let (now, _) = clock.now().to_unix();
    let now = OffsetDateTime::from_unix_timestamp(now).map_err(Fault::internal)?;
    params.not_before = now.saturating_sub(Duration::DAY);
    params.not_after = now.saturating_add(life);
    Ok(params)
}

fn keep(path: &Path, pem: &str, mode: u32) -> Result<(), Fault> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .and_then(|mut file| {
            file.write_all(pem.as_bytes())?;
            file.sync_all()
        })
        .map_err(|error| Fault::internal(format!("cannot write {}: {error}", path.display())))
}

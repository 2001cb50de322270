//! The options of the front door's TLS, and what they come to.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;
use jianyi_kernel::Fault;

use crate::Tls;

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TlsMode {
    /// Plain text.
    Off,
    /// Made here.
    Generated,
    /// From files.
    Files,
}

/// Options of the front door's TLS.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TlsArgs {
    /// TLS with a certificate made here, or from files. Plain text on an address that others reach must be
    /// asked for with `off`.
    #[arg(
        long,
        value_name = "MODE",
        env = "JIANYI_TLS",
        num_args = 0..=1,
        require_equals = false,
        default_missing_value = "generated"
    )]
    tls: Option<TlsMode>,

    /// PEM file of the certificate with its chain; implies `--tls files`.
    #[arg(
        long,
        value_name = "FILE",
        env = "JIANYI_TLS_CERT",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,

    /// PEM file of its private key.
    #[arg(
        long,
        value_name = "FILE",
        env = "JIANYI_TLS_KEY",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,

    /// More names for a made certificate; several separated by commas.
    #[arg(
        long = "tls-name",
        value_name = "NAME",
        env = "JIANYI_TLS_NAMES",
        value_delimiter = ','
    )]
    tls_names: Vec<String>,

    /// PEM file of the authority whose client certificates callers may show.
    #[arg(long, value_name = "FILE", env = "JIANYI_TLS_CLIENT_CA")]
    tls_client_ca: Option<PathBuf>,
}

impl TlsArgs {
    /// What they come to for a front door on `listen` that keeps its authority in `dir`.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when they do not fit together, or would serve plain text to others unasked.
    pub fn resolve(&self, listen: SocketAddr, dir: PathBuf) -> Result<Tls, Fault> {
        let files = self.tls_cert.clone().zip(self.tls_key.clone());
        match (self.tls, files) {
            (Some(TlsMode::Files) | None, Some((certificate, key))) => {
                Ok(Tls::Files { certificate, key })
            }
            (Some(TlsMode::Files), None) => Err(Fault::Unavailable(
                "TLS from files needs JIANYI_TLS_CERT and JIANYI_TLS_KEY".into(),
            )),
            (Some(TlsMode::Generated), _) => Ok(Tls::Generated {
                dir,
                names: self.tls_names.clone(),
            }),
            (Some(TlsMode::Off), _) => Ok(Tls::Off),
            (None, None) if listen.ip().is_loopback() => Ok(Tls::Off),
            (None, None) => Err(Fault::Unavailable(format!(
                "{listen} can be reached by others and TLS is not configured; choose --tls generated, --tls \
                 files, or plain text with --tls off"
            ))),
        }
    }

    /// The authority of client certificates.
    #[must_use]
    pub fn client_ca(&self) -> Option<PathBuf> {
        self.tls_client_ca.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_to_others_must_be_asked_for() {
        let dir = || PathBuf::from("secrets");
        let loopback = SocketAddr::from(([127, 0, 0, 1], 8640));
        let open = SocketAddr::from(([0, 0, 0, 0], 8640));
        let unstated = TlsArgs::default();
        assert_eq!(unstated.resolve(loopback, dir()).unwrap(), Tls::Off);
        assert!(unstated.resolve(open, dir()).is_err());
        let asked = |mode| TlsArgs {
            tls: Some(mode),
            ..TlsArgs::default()
        };
        assert_eq!(asked(TlsMode::Off).resolve(open, dir()).unwrap(), Tls::Off);
        assert!(asked(TlsMode::Files).resolve(open, dir()).is_err());
        assert!(matches!(
            asked(TlsMode::Generated).resolve(open, dir()).unwrap(),
            Tls::Generated { .. }
        ));
        let files = TlsArgs {
            tls_cert: Some("cert.pem".into()),
            tls_key: Some("key.pem".into()),
            ..TlsArgs::default()
        };
        assert!(matches!(
            files.resolve(open, dir()).unwrap(),
            Tls::Files { .. }
        ));
    }
}

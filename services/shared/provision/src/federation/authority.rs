//! The city's authority over leaf connections: it certifies the city's server and each county's client.
//!
//! Its own, not the one of the front door: who may call a service is another question than who is a site.

use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use super::{Certificate, CountyCode};
use crate::error::{Error, Result};
use crate::files;
use crate::secret::Secret;

/// The authority's certificate in its folder, to be given to every county.
pub const AUTHORITY_FILE: &str = "sites-ca.pem";
const KEY_FILE: &str = "sites-ca.key";

const AUTHORITY_LIFE: Duration = Duration::days(3650);
/// A year and a month, so that a renewal once a year has a month of grace.
const LIFE: Duration = Duration::days(397);

/// Certifies sites.
pub struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// The one of a folder, made when there is none.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used, or what is in it is damaged.
    pub fn load_or_create(dir: &Path, now: OffsetDateTime) -> Result<Self> {
        let (certificate, key) = (dir.join(AUTHORITY_FILE), dir.join(KEY_FILE));
        if !certificate.exists() {
            files::make_dir(dir, 0o700)?;
            // A key without its certificate is what a start that was cut off leaves; it certified nobody.
            let pair = KeyPair::generate().map_err(|e| refused(&key, &e))?;
            let made = params(now)
                .self_signed(&pair)
                .map_err(|e| refused(&key, &e))?;
            files::write_private(&key, pair.serialize_pem().as_bytes())?;
            files::write_private(&certificate, made.pem().as_bytes())?;
        }
        let read = |path: &Path| fs::read_to_string(path).map_err(|e| Error::at(path, e));
        let pair = KeyPair::from_pem(&read(&key)?).map_err(|e| refused(&key, &e))?;
        Ok(Self {
            certificate: read(&certificate)?,
            issuer: Issuer::new(params(now), pair),
        })
    }

    /// Its own certificate, PEM.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// For the city's server, which the counties reach by these names and addresses.
    ///
    /// # Errors
    /// [`Error::Unusable`] when one of them is no name.
    pub fn certify_city(&self, names: &[String], now: OffsetDateTime) -> Result<Certificate> {
        self.certify(
            "Jianyi city",
            names,
            vec![ExtendedKeyUsagePurpose::ServerAuth],
            now,
        )
    }

    /// For a county's server, which is a client of the city's and nothing else.
    ///
    /// # Errors
    /// [`Error::Unusable`] when no key can be made.
    pub fn certify_county(&self, county: &CountyCode, now: OffsetDateTime) -> Result<Certificate> {
        let name = format!("Jianyi county {county}");
        self.certify(&name, &[], vec![ExtendedKeyUsagePurpose::ClientAuth], now)
    }

    /// For a service that serves its neighbours and calls them (mutual TLS).
    ///
    /// # Errors
    /// [`Error::Unusable`] when one of its names is no name.
    pub fn certify_service(
        &self,
        service: &str,
        names: &[String],
        now: OffsetDateTime,
    ) -> Result<Certificate> {
        let purposes = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        self.certify(&format!("Jianyi {service}"), names, purposes, now)
    }

    /// For a front door that everybody calls: it serves and calls nobody.
    ///
    /// # Errors
    /// [`Error::Unusable`] when one of its names is no name.
    pub fn certify_front(&self, names: &[String], now: OffsetDateTime) -> Result<Certificate> {
        let purposes = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.certify("Jianyi gateway", names, purposes, now)
    }

    fn certify(
        &self,
        common_name: &str,
        names: &[String],
        purposes: Vec<ExtendedKeyUsagePurpose>,
        now: OffsetDateTime,
    ) -> Result<Certificate> {
        let at = Path::new(common_name);
        let mut wanted = CertificateParams::new(names).map_err(|e| refused(at, &e))?;
        wanted
            .distinguished_name
            .push(DnType::CommonName, common_name);
        wanted.extended_key_usages = purposes;
        wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        wanted.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(|e| refused(at, &e))?;
        let made = lasting(wanted, LIFE, now)
            .signed_by(&key, &self.issuer)
            .map_err(|e| refused(at, &e))?;
        Ok(Certificate {
            certificate: made.pem(),
            key: Secret::new(key.serialize_pem()),
        })
    }
}

fn params(now: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Jianyi sites");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasting(params, AUTHORITY_LIFE, now)
}

/// From yesterday, so that a clock that is behind does no harm.
fn lasting(
    mut params: CertificateParams,
    life: Duration,
    now: OffsetDateTime,
) -> CertificateParams {
    params.not_before = now.saturating_sub(Duration::DAY);
    params.not_after = now.saturating_add(life);
    params
}

fn refused(path: &Path, error: &rcgen::Error) -> Error {
    Error::Unusable {
        what: "a certificate or its key",
        path: path.to_path_buf(),
        why: error.to_string(),
    }
}

//! One certificate with its key, and when it ends.

use std::path::Path;

use time::OffsetDateTime;
use x509_parser::pem::parse_x509_pem;

use crate::error::{Error, Result};
use crate::files;
use crate::secret::Secret;

/// A certificate that the authority made.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// PEM.
    pub certificate: String,
    /// PEM.
    pub key: Secret,
}

impl Certificate {
    /// Puts both where only their owner reads them; the key first, because the certificate is what is looked for.
    ///
    /// # Errors
    /// [`Error`] about the disk.
    pub fn write(&self, certificate: &Path, key: &Path) -> Result<()> {
        files::write_private(key, self.key.reveal().as_bytes())?;
        files::write_private(certificate, self.certificate.as_bytes())
    }
}

/// When the certificate in a PEM file ends.
///
/// # Errors
/// [`Error`] when the file cannot be read or holds none.
pub fn expires(path: &Path) -> Result<OffsetDateTime> {
    let pem = std::fs::read(path).map_err(|e| Error::at(path, e))?;
    let no_certificate = || Error::corrupt(path, "not a certificate in PEM");
    let (_, block) = parse_x509_pem(&pem).map_err(|_| no_certificate())?;
    let certificate = block.parse_x509().map_err(|_| no_certificate())?;
    Ok(certificate.validity().not_after.to_datetime())
}

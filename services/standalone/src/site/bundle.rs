//! What a county is given: a compose file that anybody may read, and a sealed part that the code opens.
//!
//! The code travels by another way than the bundle. It is as long as a key, or a word that somebody chose; the
//! latter is why it is stretched.

use std::fmt;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use argon2::{Argon2, Params};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_kernel::Pii;
use jianyi_provision::new_password;
use jianyi_vault::{Algorithm, FileKey, KeyProvider as _};
use serde::{Deserialize, Serialize};

use super::{SiteError, files};

/// Its name in the archive.
const SEALED: &str = "bundle.sealed";
/// The county's compose file, with the bundle in one archive.
const COMPOSE: &str = include_str!("../../../../deploy/county/docker-compose.yml");
const README: &str = include_str!("../../../../deploy/county/README.md");

/// 64 MiB and three rounds: a second on a small machine.
const MEMORY: u32 = 64 * 1024;
const ROUNDS: u32 = 3;
/// More than any bundle has.
const MAX_SIZE: u64 = 1024 * 1024;

/// What a county needs to join.
#[derive(Clone, Serialize, Deserialize)]
pub struct Bundle {
    /// Its code.
    pub county: String,
    /// The city's address, `host:port`.
    pub city: String,
    /// How it logs in there.
    pub leaf_password: String,
    /// Its certificate, PEM.
    pub certificate: String,
    /// The certificate's key, PEM.
    pub key: String,
    /// Whom it shall trust, PEM.
    pub authority: String,
    /// By what its branch of identity opens what the city tells it; none when it was given one before and keeps it.
    pub branch_key: Option<String>,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("county", &self.county)
            .finish_non_exhaustive()
    }
}

/// What opens a bundle.
#[derive(Clone)]
pub struct Code(String);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(█)")
    }
}

impl Code {
    /// A new one, to be told on the telephone: 24 letters and digits in groups of four.
    #[must_use]
    pub fn new_one() -> Self {
        let letters: Vec<char> = new_password().reveal().chars().take(24).collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|four| four.iter().collect())
            .collect();
        Self(groups.join("-"))
    }

    /// As it was told or chosen.
    ///
    /// # Errors
    /// [`SiteError::Bundle`] when it is shorter than twelve characters.
    pub fn parse(text: &str) -> Result<Self, SiteError> {
        let text = text.trim();
        if text.chars().count() < 12 {
            return Err(SiteError::Bundle("its code has at least twelve characters"));
        }
        Ok(Self(text.into()))
    }

    /// To be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn key(&self, salt: &[u8]) -> Result<FileKey, SiteError> {
        let refused = |_| SiteError::Bundle("its code cannot be stretched");
        let params = Params::new(MEMORY, ROUNDS, 1, Some(32)).map_err(refused)?;
        let mut key = [0_u8; 32];
        Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(self.0.as_bytes(), salt, &mut key)
            .map_err(refused)?;
        let key = Pii::new(STANDARD.encode(key));
        Ok(FileKey::from_base64(&key, Algorithm::Aes256Gcm)?)
    }
}

/// The sealed part as it lies in the archive.
#[derive(Serialize, Deserialize)]
struct Sealed {
    format: u32,
    county: String,
    salt: String,
    sealed: String,
}

impl Bundle {
    /// Writes the archive.
    ///
    /// # Errors
    /// [`SiteError`] about the file.
    pub fn write(&self, path: &Path, code: &Code) -> Result<(), SiteError> {
        let at = |error| SiteError::file(path, error);
        let sealed = self.seal(code)?;
        let env = format!(
            "JIANYI_COUNTY={}\nJIANYI_VERSION={}\nCOMPOSE_PROJECT_NAME=jianyi-{}\n",
            self.county,
            env!("CARGO_PKG_VERSION"),
            self.county
        );
        let mut archive = tar::Builder::new(Vec::new());
        let parts: [(&str, &[u8], u32); 4] = [
            ("README.md", README.as_bytes(), 0o644),
            ("docker-compose.yml", COMPOSE.as_bytes(), 0o644),
            (".env", env.as_bytes(), 0o644),
            (SEALED, &sealed, 0o644),
        ];
        for (name, content, mode) in parts {
            let mut header = tar::Header::new_gnu();
            header.set_size(u64::try_from(content.len()).unwrap_or(u64::MAX));
            header.set_mode(mode);
            header.set_mtime(u64::try_from(super::Place::now().unix_timestamp()).unwrap_or(0));
            archive
                .append_data(&mut header, name, content)
                .map_err(at)?;
        }
        files::write(path, &archive.into_inner().map_err(at)?)?;
        // To be carried by anybody: what is secret in it is sealed.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).map_err(at)
    }

    /// Opens an archive, or its sealed part alone.
    ///
    /// # Errors
    /// [`SiteError::Bundle`] when it is none, was changed, or the code is another one.
    pub fn read(path: &Path, code: &Code) -> Result<Self, SiteError> {
        let at = |error| SiteError::file(path, error);
        let whole = std::fs::read(path).map_err(at)?;
        let sealed = match serde_json::from_slice(&whole) {
            Ok(sealed) => sealed,
            Err(_) => Self::part(&whole)?,
        };
        Self::open(&sealed, code)
    }

    fn part(archive: &[u8]) -> Result<Sealed, SiteError> {
        let no_bundle = || SiteError::Bundle("it is no bundle");
        for entry in tar::Archive::new(archive)
            .entries()
            .map_err(|_| no_bundle())?
        {
            let entry = entry.map_err(|_| no_bundle())?;
            if entry.path().is_ok_and(|path| path == Path::new(SEALED)) {
                let mut content = Vec::new();
                entry
                    .take(MAX_SIZE)
                    .read_to_end(&mut content)
                    .map_err(|_| no_bundle())?;
                return serde_json::from_slice(&content).map_err(|_| no_bundle());
            }
        }
        Err(no_bundle())
    }

    fn seal(&self, code: &Code) -> Result<Vec<u8>, SiteError> {
        let no_text = |_| SiteError::Bundle("it cannot be written");
        let salt = rand::random::<[u8; 16]>();
        let plain = serde_json::to_vec(self).map_err(no_text)?;
        let sealed = Sealed {
            format: 1,
            county: self.county.clone(),
            salt: STANDARD.encode(salt),
            sealed: STANDARD.encode(code.key(&salt)?.wrap(&plain)?),
        };
        serde_json::to_vec_pretty(&sealed).map_err(no_text)
    }

    fn open(sealed: &Sealed, code: &Code) -> Result<Self, SiteError> {
        if sealed.format != 1 {
            return Err(SiteError::Bundle("a newer program made it"));
        }
        let bytes = |text: &str| {
            STANDARD
                .decode(text)
                .map_err(|_| SiteError::Bundle("it was changed"))
        };
        let salt = bytes(&sealed.salt)?;
        let plain = code
            .key(&salt)?
            .unwrap(&bytes(&sealed.sealed)?)
            .map_err(|_| SiteError::Bundle("the code is another one, or it was changed"))?;
        let bundle: Self = serde_json::from_slice(&plain)
            .map_err(|_| SiteError::Bundle("what is in it is not what it should be"))?;
        if bundle.county != sealed.county {
            return Err(SiteError::Bundle("it was changed"));
        }
        Ok(bundle)
    }
}

//! The data directory: where everything lies, and which version of this program may touch it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;
use crate::run_as;

/// The format this program writes. Raise it when an older program would misread the directory.
const FORMAT: u32 = 1;

/// An opened data directory, created if it was missing.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Creates the directory or checks that this program may use what is there.
    pub fn open(data_dir: &Path) -> Result<Self> {
        create(data_dir)?;
        let root = fs::canonicalize(data_dir).map_err(|e| Error::at(data_dir, e))?;
        let layout = Self { root };
        layout.check_version()?;
        Ok(layout)
    }

    fn check_version(&self) -> Result<()> {
        let path = self.root.join("VERSION");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return self.write_version(&path),
            Err(e) if e.kind() == ErrorKind::InvalidData => {
                return Err(Error::corrupt(&path, "not text"));
            }
            Err(e) => return Err(Error::at(&path, e)),
        };
        match text.trim().parse::<u32>() {
            Ok(found) if found > FORMAT => Err(Error::NewerData {
                found,
                known: FORMAT,
            }),
            Ok(found) if found > 0 => Ok(()),
            Ok(_) | Err(_) => Err(Error::corrupt(&path, "not a format number")),
        }
    }

    /// VERSION is the first thing ever written, so data without it means it was lost.
    fn write_version(&self, path: &Path) -> Result<()> {
        if self.secrets_dir().exists() || self.root.join("pg/PG_VERSION").exists() {
            return Err(Error::corrupt(path, "missing, although there is data"));
        }
        files::write_private(path, format!("{FORMAT}\n").as_bytes())
    }

    /// The data directory itself, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The generated passwords and keys.
    pub fn secrets_dir(&self) -> PathBuf {
        self.root.join("secrets")
    }

    /// What Postgres says; free of personal data by its settings.
    pub fn postgres_log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// Where the JetStream store and the server's configuration lie.
    pub fn nats_dir(&self) -> PathBuf {
        self.root.join("nats")
    }

    /// What NATS says.
    pub fn nats_log(&self) -> PathBuf {
        self.root.join("nats.log")
    }

    /// The ports of the last start.
    pub(crate) fn ports_file(&self) -> PathBuf {
        self.root.join("ports.json")
    }

    /// Where the cluster is when it cannot be in here.
    pub(crate) fn location_file(&self) -> PathBuf {
        self.root.join("pg.location")
    }

    pub(crate) fn has_cluster(&self) -> bool {
        self.root.join("pg").exists() || self.location_file().exists()
    }
}

/// Ours alone; as root, others may walk through it, because Postgres runs as another user.
/// What is secret inside is closed on its own.
pub(crate) fn create(data_dir: &Path) -> Result<()> {
    files::make_dir(data_dir, if run_as::is_root() { 0o711 } else { 0o700 })
}

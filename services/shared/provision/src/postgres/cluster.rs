//! The cluster's directory: where it lies and whose it is.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, lchown};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::files;
use crate::layout::Layout;
use crate::run_as::RunAs;

/// Unix socket paths end here; the longest name in the directory is `/.s.PGSQL.65535`.
const SOCKET_DIR_LIMIT: usize = 107 - 16;

/// One database cluster on disk and who runs it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Holds the cluster, the half-made cluster and the socket.
    pub(super) home: PathBuf,
    pub(super) run_as: Option<RunAs>,
}

impl Cluster {
    /// Inside the data directory, unless we are root and the user Postgres runs as cannot walk there
    /// (as below /root); then outside, and the place is written down.
    pub(super) fn locate(layout: &Layout) -> Result<Self> {
        let note = layout.location_file();
        if let Ok(place) = fs::read_to_string(&note) {
            let pg = PathBuf::from(place.trim());
            let Some(home) = pg.parent().filter(|home| home.is_dir()) else {
                return Err(Error::corrupt(
                    &pg,
                    "the cluster is not where pg.location says",
                ));
            };
            let home = home.to_path_buf();
            return Ok(Self {
                run_as: RunAs::choose(&pg)?,
                home,
            });
        }
        let home = layout.root().to_path_buf();
        let run_as = RunAs::choose(&home.join("pg"))?;
        match &run_as {
            Some(user) if !user.reaches(&home) => {}
            Some(_) | None => return Ok(Self { home, run_as }),
        }
        if home.join("pg").exists() {
            return Err(Error::NotWritable {
                path: home.join("pg"),
            });
        }
        let digest = Sha256::digest(home.as_os_str().as_bytes());
        let name: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let outside = Path::new("/var/lib/jianyi");
        files::make_dir(outside, 0o711)?;
        // A cluster of this name without our note belonged to a data directory that was removed;
        // its secrets went with it, but that is no reason to destroy it.
        let mut home = outside.join(&name);
        let mut number = 1_u32;
        while home.join("pg").exists() {
            number += 1;
            home = outside.join(format!("{name}-{number}"));
        }
        files::make_dir(&home, 0o711)?;
        files::write_private(&note, home.join("pg").as_os_str().as_bytes())?;
        Ok(Self {
            run_as: RunAs::choose(&home.join("pg"))?,
            home,
        })
    }

    pub(super) fn pg(&self) -> PathBuf {
        self.home.join("pg")
    }

    /// The major version that made it; None when there is none yet.
    pub(super) fn major(&self) -> Result<Option<u32>> {
        let pg = self.pg();
        if !pg.exists() {
            return Ok(None);
        }
        match fs::read_to_string(pg.join("PG_VERSION")).map(|text| text.trim().parse()) {
            Ok(Ok(major)) => Ok(Some(major)),
            Err(e) if e.kind() == ErrorKind::PermissionDenied => Err(Error::at(&pg, e)),
            Ok(Err(_)) | Err(_) => Err(Error::corrupt(&pg, "no readable PG_VERSION")),
        }
    }

    /// A directory for the socket that only this user enters; a short one when ours is too deep.
    pub(super) fn socket_dir(&self) -> Result<(PathBuf, Option<TempDir>)> {
        let dir = self.home.join("sock");
        if dir.as_os_str().len() <= SOCKET_DIR_LIMIT {
            self.own_dir(&dir)?;
            return Ok((dir, None));
        }
        let tmp = Path::new("/tmp");
        let short = tempfile::Builder::new()
            .prefix("jianyi-")
            .tempdir_in(tmp)
            .map_err(|e| Error::at(tmp, e))?;
        self.own_dir(short.path())?;
        Ok((short.path().to_path_buf(), Some(short)))
    }

    /// Makes a directory that only the user Postgres runs as enters.
    pub(super) fn own_dir(&self, dir: &Path) -> Result<()> {
        files::make_dir(dir, 0o700)?;
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(|e| Error::at(dir, e))?;
        match &self.run_as {
            Some(user) => {
                lchown(dir, Some(user.uid()), Some(user.gid())).map_err(|e| Error::at(dir, e))
            }
            None => Ok(()),
        }
    }
}

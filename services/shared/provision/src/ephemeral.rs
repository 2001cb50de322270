//! A data directory for one test: removed when dropped, wherever its parts lie.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::layout::Layout;

/// Stop the servers before dropping it, or declare it before them: it is removed with everything in it.
#[derive(Debug)]
pub struct Ephemeral {
    dir: TempDir,
    layout: Layout,
}

impl Ephemeral {
    /// A fresh, empty data directory below the system's temporary directory.
    pub fn new() -> Result<Self> {
        let tmp = std::env::temp_dir();
        let dir = tempfile::Builder::new()
            .prefix("jianyi-")
            .tempdir_in(&tmp)
            .map_err(|e| Error::at(&tmp, e))?;
        // Walkable, because as root Postgres runs as another user.
        fs::set_permissions(dir.path(), Permissions::from_mode(0o711))
            .map_err(|e| Error::at(dir.path(), e))?;
        let layout = Layout::open(dir.path())?;
        Ok(Self { dir, layout })
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Ephemeral {
    fn drop(&mut self) {
        let outside = fs::read_to_string(self.layout.location_file())
            .ok()
            .and_then(|place| Some(PathBuf::from(place.trim()).parent()?.to_path_buf()));
        // A server that was dropped rather than stopped may still write; it ends soon after its files.
        for dir in outside
            .iter()
            .map(PathBuf::as_path)
            .chain([self.dir.path()])
        {
            for _ in 0..40 {
                if fs::remove_dir_all(dir).is_ok() || !dir.exists() {
                    break;
                }
                sleep(Duration::from_millis(50));
            }
        }
    }
}

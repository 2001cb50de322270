//! Small file operations that survive a kill at any moment and map their errors to ours.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, lchown};
use std::path::Path;

use crate::error::{Error, Result};
use crate::run_as::RunAs;

/// Creates a directory with exactly this mode, whatever the umask; leaves an existing one as it is,
/// because changing the mode of a directory that is not ours could lock its owner out.
pub(crate) fn make_dir(path: &Path, mode: u32) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|e| Error::at(parent, e))?;
    }
    match DirBuilder::new().mode(mode).create(path) {
        Ok(()) => {
            fs::set_permissions(path, Permissions::from_mode(mode)).map_err(|e| Error::at(path, e))
        }
        Err(e) if e.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(e) => Err(Error::at(path, e)),
    }
}

/// Writes a file readable by its owner only: whole or not at all, also after a power cut.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let dir = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(|e| Error::at(path, e))?;
    file.write_all(content).map_err(|e| Error::at(path, e))?;
    file.as_file().sync_all().map_err(|e| Error::at(path, e))?;
    file.persist(path).map_err(|e| Error::at(path, e.error))?;
    sync_dir(dir)
}

/// Makes renames inside a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(|e| Error::at(dir, e))
}

/// Renames durably.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|e| Error::at(to, e))?;
    to.parent().map_or(Ok(()), sync_dir)
}

/// Removes a directory tree; its absence is success.
pub(crate) fn remove_tree(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::at(path, e)),
    }
}

/// Gives a tree to the user the server runs as; does nothing when it already owns the top.
pub(crate) fn give(path: &Path, owner: Option<&RunAs>) -> Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    let meta = fs::symlink_metadata(path).map_err(|e| Error::at(path, e))?;
    if meta.uid() == owner.uid() {
        return Ok(());
    }
    if meta.is_dir() {
        for entry in fs::read_dir(path).map_err(|e| Error::at(path, e))? {
            give(&entry.map_err(|e| Error::at(path, e))?.path(), Some(owner))?;
        }
    }
    // The top last, so that a walk that was interrupted is repeated.
    lchown(path, Some(owner.uid()), Some(owner.gid())).map_err(|e| Error::at(path, e))
}

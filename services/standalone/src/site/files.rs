//! Files of a site: whole or not at all, and readable by nobody else until they are handed over.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::SiteError;

/// Creates a folder and those above it.
pub(super) fn folder(path: &Path) -> Result<(), SiteError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o750)
        .create(path)
        .map_err(|error| SiteError::file(path, error))
}

/// Writes a file unless it says the same already.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), SiteError> {
    let at = |error| SiteError::file(path, error);
    if fs::read(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent).map_err(at)?;
    file.write_all(content).map_err(at)?;
    file.as_file().sync_all().map_err(at)?;
    file.persist(path).map_err(|error| at(error.error))?;
    Ok(())
}

/// Reads a file; `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, SiteError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SiteError::file(path, error)),
    }
}

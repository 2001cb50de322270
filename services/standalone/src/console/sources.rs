//! What the console is built from, and whether what was built is of these.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Beside the built pages: the digest of what they were built from. A build begins by emptying the folder, so half
/// a one has none.
const MARK: &str = ".jianyi-sources";
/// Made by the tools, or only looked at by tests.
const ASIDE: [&str; 6] = [
    "node_modules",
    "dist",
    "gen",
    "coverage",
    "e2e",
    "test-results",
];

/// The console's folder in a source tree.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    dir: PathBuf,
}

impl Sources {
    /// In the source tree that is the current folder, or the one that this program was built from.
    pub(super) fn find() -> io::Result<Option<Self>> {
        let here = std::env::current_dir()?.join("services/console");
        let there = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../console"));
        Ok([here, there]
            .into_iter()
            .find(|dir| dir.join("package-lock.json").is_file())
            .map(|dir| Self {
                dir: dir.canonicalize().unwrap_or(dir),
            }))
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the built pages lie.
    pub(super) fn built(&self) -> PathBuf {
        self.dir.join("dist")
    }

    /// Held by whoever builds: two systems that start at once build once.
    pub(super) fn lock(&self) -> io::Result<File> {
        let file = File::open(&self.dir)?;
        file.lock()?;
        Ok(file)
    }

    /// Whether the packages are there as the lock file wants them.
    pub(super) fn is_installed(&self) -> bool {
        let changed = |name: &str| {
            let metadata = self.dir.join(name).metadata();
            metadata.and_then(|metadata| metadata.modified()).ok()
        };
        changed("node_modules/.package-lock.json")
            .zip(changed("package-lock.json"))
            .is_some_and(|(installed, wanted)| installed >= wanted)
    }

    /// Whether the built pages are of these sources.
    pub(super) fn is_built(&self) -> io::Result<bool> {
        let built = self.built();
        let mark = std::fs::read_to_string(built.join(MARK)).unwrap_or_default();
        Ok(built.join("index.html").is_file() && mark.trim() == self.digest()?)
    }

    /// Says of what the built pages are.
    pub(super) fn mark(&self, digest: &str) -> io::Result<()> {
        std::fs::write(self.built().join(MARK), format!("{digest}\n"))
    }

    /// Of every file that the pages are made from, the contracts among them.
    pub(super) fn digest(&self) -> io::Result<String> {
        let mut files = BTreeMap::new();
        collect(&self.dir, "console", &mut files)?;
        if let Some(root) = self.dir.parent().and_then(Path::parent) {
            collect(&root.join("proto/jianyi"), "proto", &mut files)?;
        }
        let mut hash = Sha256::new();
        for (name, path) in files {
            let content: [u8; 32] = Sha256::digest(std::fs::read(path)?).into();
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(content);
        }
        Ok(hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || ASIDE.contains(&name.as_str()) {
            continue;
        }
        let inner = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &inner, files)?;
        } else {
            files.insert(inner, entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn pages_are_stale_when_a_source_or_a_contract_changed_and_not_otherwise() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| write(root.path(), name, text);
        write("services/console/package-lock.json", "{}");
        write("services/console/src/main.ts", "1");
        write("proto/jianyi/a.proto", "1");
        let sources = Sources {
            dir: root.path().join("services/console"),
        };
        assert!(!sources.is_built().unwrap());
        write("services/console/dist/index.html", "pages");
        assert!(!sources.is_built().unwrap());
        sources.mark(&sources.digest().unwrap()).unwrap();
        assert!(sources.is_built().unwrap());
        // What the build itself makes.
        write("services/console/src/gen/a.ts", "made");
        write("services/console/node_modules/x/index.js", "fetched");
        assert!(sources.is_built().unwrap());
        for changed in [
            "services/console/package-lock.json",
            "services/console/src/main.ts",
            "proto/jianyi/a.proto",
            "services/console/src/new.vue",
        ] {
            write(changed, "changed");
            assert!(!sources.is_built().unwrap(), "{changed}");
            sources.mark(&sources.digest().unwrap()).unwrap();
            assert!(sources.is_built().unwrap());
        }
    }
}

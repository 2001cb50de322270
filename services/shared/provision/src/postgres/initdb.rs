//! Makes a new cluster, so that one that was half made by a killed instance is never used.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::error::{Error, Result};
use crate::files;
use crate::log::telling_line;
use crate::options::Progress;
use crate::orphans::{self, Mark};
use crate::probe;
use crate::secrets::Secrets;

use super::cluster::Cluster;

/// The superuser exists on the unix socket only; over TCP there is just the application role.
const HBA: &str = "\
local all all                  scram-sha-256
host  all postgres all         reject
host  all all     127.0.0.1/32 scram-sha-256
host  all all     ::1/128      scram-sha-256
";

impl Cluster {
    /// Makes it beside its place and renames it when it is whole.
    pub(super) async fn create(
        &self,
        bin: &Path,
        secrets: &Secrets,
        progress: &Progress,
    ) -> Result<()> {
        let making = self.home.join("pg.tmp");
        let mark = Mark {
            dir: &making,
            names: &["initdb", "postgres"],
        };
        orphans::stop(mark, &[(Signal::SIGKILL, Duration::from_secs(5))]).await;
        files::remove_tree(&making)?;
        self.own_dir(&making)?;
        progress.say("正在初始化数据库… creating the database cluster");
        let password = self.home.join("pg.password");
        files::write_private(&password, secrets.superuser().reveal().as_bytes())?;
        files::give(&password, self.run_as.as_ref())?;
        let made = self.initdb(bin, &making, &password).await;
        fs::remove_file(&password).map_err(|e| Error::at(&password, e))?;
        made?;
        let hba = making.join("pg_hba.conf");
        fs::write(&hba, HBA).map_err(|e| Error::at(&hba, e))?;
        files::rename(&making, &self.pg())
    }

    /// C.UTF-8 where the system has it, so that letters beyond ASCII count as letters; C otherwise.
    async fn initdb(&self, bin: &Path, dir: &Path, password: &Path) -> Result<()> {
        let mut said = String::new();
        for locale in ["C.UTF-8", "C"] {
            let mut initdb = probe::quiet(&bin.join("initdb"));
            initdb
                .arg("-D")
                .arg(dir)
                .args([
                    "-U",
                    "postgres",
                    "-E",
                    "UTF8",
                    "--lc-messages=C",
                    "--auth=scram-sha-256",
                ])
                .arg(format!("--locale={locale}"))
                .arg("--pwfile")
                .arg(password)
                .process_group(0);
            if let Some(user) = &self.run_as {
                user.apply(&mut initdb);
            }
            let output = initdb.output().await.map_err(|e| Error::at(bin, e))?;
            if output.status.success() {
                return Ok(());
            }
            said = String::from_utf8_lossy(&output.stderr).into_owned();
            if !said.contains("locale") {
                break;
            }
        }
        if said.contains("No space left on device") {
            return Err(Error::DiskFull {
                path: self.home.clone(),
            });
        }
        Err(Error::PostgresFailed {
            line: telling_line(&said, &["FATAL", "error:"]),
            log: dir.to_path_buf(),
        })
    }
}

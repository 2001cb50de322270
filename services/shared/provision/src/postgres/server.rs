//! Our own Postgres server over its life: found, made, started, stopped, restarted.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, QueryBuilder};
use tempfile::TempDir;

use crate::child::Running;
use crate::error::{Error, Result};
use crate::files;
use crate::layout::Layout;
use crate::options::{Options, Progress};
use crate::ports::Wish;
use crate::secret::Secret;
use crate::secrets::Secrets;

use super::binaries::{self, Want};
use super::cluster::Cluster;
use super::launch::launch;

/// What a fast shutdown may take: it writes a checkpoint.
pub(super) const STOP_WITHIN: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Server {
    /// Before the directories, so that the process is told to stop before they go.
    running: Running,
    cluster: Cluster,
    bin: PathBuf,
    socket: PathBuf,
    _short_socket: Option<TempDir>,
    log_path: PathBuf,
    port: u16,
    password: Secret,
    application: Secret,
    superuser: Secret,
    progress: Progress,
}

impl Server {
    pub(super) async fn start(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        wish: Wish,
    ) -> Result<Self> {
        let cluster = Cluster::locate(layout)?;
        let bin = binaries::find(Want {
            options,
            run_as: cluster.run_as.as_ref(),
            major: cluster.major()?,
            fallback_cache: layout.root(),
        })
        .await?;
        if cluster.major()?.is_none() {
            cluster.create(&bin, secrets, &options.progress).await?;
        }
        files::give(&cluster.pg(), cluster.run_as.as_ref())?;
        cluster.take_over().await;
        let (socket, short_socket) = cluster.socket_dir()?;
        let log_path = layout.postgres_log();
        let mut tries = 0_u32;
        let (running, port) = loop {
            let port = wish.settle()?;
            match launch(&cluster, &bin, &socket, &log_path, port, &options.progress).await {
                Ok(running) => break (running, port),
                // Somebody took the port between our look and the bind.
                Err(Error::PortTaken { .. }) if tries < 3 => tries += 1,
                Err(error) => return Err(error),
            }
        };
        let server = Self {
            running,
            cluster,
            bin,
            socket,
            _short_socket: short_socket,
            log_path,
            port,
            password: secrets.postgres().clone(),
            application: secrets.application().clone(),
            superuser: secrets.superuser().clone(),
            progress: options.progress.clone(),
        };
        server.ensure_roles().await?;
        Ok(server)
    }

    pub(super) fn url_for(&self, database: &str) -> String {
        self.url("jianyi", &self.password, database)
    }

    pub(super) fn application_url_for(&self, database: &str) -> String {
        self.url("jianyi_app", &self.application, database)
    }

    fn url(&self, role: &str, password: &Secret, database: &str) -> String {
        format!(
            "postgres://{role}:{}@127.0.0.1:{}/{database}?sslmode=disable",
            password.reveal(),
            self.port
        )
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.running.pid()
    }

    pub(super) async fn stop(&mut self) {
        self.running.stop(STOP_WITHIN).await;
    }

    pub(super) async fn kill9(&mut self) {
        self.running.kill9().await;
    }

    pub(super) async fn restart(&mut self) -> Result<()> {
        self.stop().await;
        self.cluster.take_over().await;
        let port = Wish::Exactly(self.port).settle()?;
        self.running = launch(
            &self.cluster,
            &self.bin,
            &self.socket,
            &self.log_path,
            port,
            &self.progress,
        )
        .await?;
        Ok(())
    }

    /// At every start, because the first may have been killed between making the cluster and the roles.
    async fn ensure_roles(&self) -> Result<()> {
        let refused = |e: sqlx::Error| Error::Database {
            what: "make the roles".to_owned(),
            why: e.to_string(),
        };
        let mut superuser = PgConnectOptions::new_without_pgpass()
            .host("localhost")
            .socket(&self.socket)
            .port(self.port)
            .username("postgres")
            .password(self.superuser.reveal())
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
            .connect()
            .await
            .map_err(refused)?;
        // The owner of all tables may make databases; the one that serves may do nothing but log in.
        for (role, rights, password) in [
            ("jianyi", "createdb", &self.password),
            ("jianyi_app", "", &self.application),
        ] {
            let exists: bool =
                sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
                    .bind(role)
                    .fetch_one(&mut superuser)
                    .await
                    .map_err(refused)?;
            if exists {
                continue;
            }
            // The names are ours and the password was generated from letters and digits: nothing to quote.
            let mut create = QueryBuilder::new("create role ");
            create
                .push(role)
                .push(" login ")
                .push(rights)
                .push(" password '")
                .push(password.reveal())
                .push("'");
            create
                .build()
                .persistent(false)
                .execute(&mut superuser)
                .await
                .map_err(refused)?;
        }
        PgConnection::close(superuser).await.map_err(refused)
    }
}

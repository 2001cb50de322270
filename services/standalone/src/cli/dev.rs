//! `jianyi dev sqlx`: refreshes the checked-in query data of every service on a throw-away Postgres.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jianyi_db::{Algorithm, Db, DbConfig};
use jianyi_kernel::{Clock, Fault, Pii};
use jianyi_provision::{Ephemeral, Options, Postgres, Secrets};
use tokio::process::Command;

use super::output;
use crate::world::{WorldError, instances, service_spec};

/// Chores of developers.
#[derive(Debug, Args)]
pub(super) struct DevArgs {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Check every query against a fresh database and write services/*/.sqlx anew.
    Sqlx,
}

pub(super) async fn run(args: DevArgs) -> ExitCode {
    let Chore::Sqlx = args.chore;
    output::ended(sqlx().await)
}

async fn sqlx() -> Result<(), WorldError> {
    let ephemeral = Ephemeral::new()?;
    let secrets = Secrets::load_or_create(ephemeral.layout())?;
    let postgres = Postgres::start(ephemeral.layout(), &Options::default(), &secrets, 0).await?;
    let outcome = check_all(&postgres, secrets.master_key()).await;
    postgres.stop().await?;
    outcome
}

async fn check_all(postgres: &Postgres, field_key: &str) -> Result<(), WorldError> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut contexts: Vec<&str> = instances()
        .iter()
        .map(|instance| instance.context)
        .collect();
    contexts.sort_unstable();
    contexts.dedup();
    for context in contexts {
        let Some(spec) = service_spec(context) else {
            continue;
        };
        postgres.ensure_databases(&[context]).await?;
        let url = postgres.url_for(context);
        let config = DbConfig {
            database_url: Pii::new(url.clone()),
            database_owner_url: Some(Pii::new(url.clone())),
            field_key: Some(Pii::new(field_key.to_owned())),
            field_key_file: None,
            field_algorithm: Algorithm::default(),
            database_connections: 2,
        };
        let db = Db::connect(&config, Clock::system()).await?;
        db.migrate(spec.migrations).await?;
        db.close().await;
        check(&root, context, &url).await?;
        output::tell(format_args!("{context}: ok"));
    }
    Ok(())
}

async fn check(root: &Path, context: &str, url: &str) -> Result<(), WorldError> {
    let service = root.join("services").join(context);
    let queries = service.join(".sqlx");
    if queries.exists() {
        std::fs::remove_dir_all(&queries)?;
    }
    std::fs::create_dir_all(&queries)?;
    // A newer time makes cargo compile the crate again, and with it every query macro.
    let lib = service.join("src/lib.rs");
    let text = std::fs::read(&lib)?;
    std::fs::write(&lib, text)?;
    let status = Command::new("cargo")
        .args([
            "check",
            "--quiet",
            "--package",
            &format!("jianyi-{context}"),
        ])
        .current_dir(root)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", std::fs::canonicalize(&queries)?)
        .env("DATABASE_URL", url)
        .status()
        .await?;
    if status.success() {
        return Ok(());
    }
    Err(Fault::internal(format!("{context}: a query does not fit its database")).into())
}

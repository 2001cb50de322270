//! `jianyi backup`: one encrypted file with the databases, the streams and the keys of a site.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Subcommand};
use jianyi_backup::{BackupError, Database, Files, Manifest, Passphrase, Site, back_up, verify};
use jianyi_bus::BusConfig;
use jianyi_kernel::Pii;
use jianyi_provision::{
    Error, Layout, Lock, Options, Ports, Progress, Provisioned, Role, Secrets, up,
};

use super::output;
use crate::world::{Addresses, Instance, instances};

/// What of a data directory goes into the file beside databases and streams.
const FILES: [&str; 4] = ["VERSION", "secrets", "demo.loaded", "accounts.shown"];

/// What to back up.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct BackupArgs {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    make: MakeArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read a backup from its beginning to its end: whole, unchanged, and under this passphrase.
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The backup.
    file: PathBuf,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
struct MakeArgs {
    /// Where to write it; never over an existing file.
    #[arg(long, value_name = "FILE", required = true)]
    out: Option<PathBuf>,

    /// Data directory of a system on this machine, running or not.
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".jianyi",
        env = "JIANYI_DATA_DIR"
    )]
    data_dir: PathBuf,

    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten)]
    elsewhere: Elsewhere,
}

/// How a backup is opened.
#[derive(Debug, Args)]
pub(super) struct PassphraseArgs {
    /// A file with the passphrase, at least twelve characters; kept apart from the backup.
    #[arg(long, value_name = "FILE", env = "JIANYI_BACKUP_PASSPHRASE_FILE")]
    passphrase_file: PathBuf,
}

impl PassphraseArgs {
    pub(super) fn read(&self) -> Result<Passphrase, BackupError> {
        let path = &self.passphrase_file;
        let text = std::fs::read_to_string(path).map_err(|source| BackupError::Io {
            path: path.clone(),
            source,
        })?;
        Passphrase::new(&text)
    }
}

/// A site whose servers run elsewhere, as in containers.
#[derive(Debug, Args)]
pub(super) struct Elsewhere {
    /// A database of the site by the instance it belongs to, as the owner of its tables:
    /// `member/410621=postgres://…`; once for each.
    #[arg(long, value_name = "INSTANCE=URL", requires = "nats_url")]
    database: Vec<String>,

    /// The site's NATS.
    #[arg(long, value_name = "URL", requires = "database")]
    nats_url: Option<String>,

    /// Its user.
    #[arg(long, value_name = "NAME", requires = "nats_url")]
    nats_user: Option<String>,

    /// A file with its user's password.
    #[arg(long, value_name = "FILE", requires = "nats_user")]
    nats_password_file: Option<PathBuf>,

    /// The folder with the site's keys and certificates; all of it is taken.
    #[arg(long, value_name = "DIR", requires = "database")]
    pub(super) files: Option<PathBuf>,

    /// Folder with `pg_dump` and `pg_restore`, not older than the server.
    #[arg(long, value_name = "DIR", env = "JIANYI_POSTGRES_BIN")]
    postgres_bin: Option<PathBuf>,
}

impl Elsewhere {
    pub(super) fn tools(&self) -> Options {
        Options {
            postgres_bin_dir: self.postgres_bin.clone(),
            progress: Progress::new(|message| output::tell(message)),
            ..Options::default()
        }
    }

    /// `None` when a data directory is meant.
    pub(super) fn bus(&self) -> Result<Option<BusConfig>, BackupError> {
        let Some(nats_url) = self.nats_url.clone() else {
            return Ok(None);
        };
        let password = self.nats_password_file.as_ref().map(|path| {
            std::fs::read_to_string(path)
                .map(|text| Pii::new(text.trim_end().to_owned()))
                .map_err(|source| BackupError::Io {
                    path: path.clone(),
                    source,
                })
        });
        Ok(Some(BusConfig {
            nats_url,
            nats_user: self.nats_user.clone(),
            nats_password: password.transpose()?,
        }))
    }

    pub(super) fn databases(&self) -> Vec<Database> {
        self.database
            .iter()
            .filter_map(|given| given.split_once('='))
            .map(|(name, url)| Database {
                name: name.to_owned(),
                url: Pii::new(url.to_owned()),
            })
            .collect()
    }
}

pub(super) async fn run(args: BackupArgs) -> ExitCode {
    let outcome = match args.verb {
        Some(Verb::Verify(args)) => check(&args),
        None => Box::pin(make(&args.make)).await,
    };
    finish(outcome)
}

pub(super) fn finish(outcome: Result<(), BackupError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::fail(&error, error.exit_code()),
    }
}

fn check(args: &VerifyArgs) -> Result<(), BackupError> {
    let manifest = verify(&args.file, &args.passphrase.read()?)?;
    output::answer(describe(&manifest));
    Ok(())
}

async fn make(args: &MakeArgs) -> Result<(), BackupError> {
    let passphrase = args.passphrase.read()?;
    let out = args.out.clone().unwrap_or_default();
    let began = Instant::now();
    let (site, servers) = site(args).await?;
    let made = Box::pin(back_up(&site, &passphrase, &out, |what| output::tell(what))).await;
    if let Some(servers) = servers {
        servers.stop().await?;
    }
    output::answer(describe(&made?));
    output::tell(format_args!("用时 {:.1?}", began.elapsed()));
    Ok(())
}

/// The site, and its servers where they had to be started for it.
async fn site(args: &MakeArgs) -> Result<(Site, Option<Provisioned>), BackupError> {
    let tools = args.elsewhere.tools();
    if let Some(bus) = args.elsewhere.bus()? {
        let files = args.elsewhere.files.clone().map(|root| Files {
            names: names_in(&root),
            root,
        });
        let site = Site {
            name: "site".into(),
            databases: args.elsewhere.databases(),
            bus,
            files,
            tools,
        };
        return Ok((site, None));
    }
    let dir = &args.data_dir;
    if !dir.join("VERSION").exists() {
        return Err(BackupError::Io {
            path: dir.clone(),
            source: std::io::Error::other("there is no system in this directory"),
        });
    }
    match Lock::acquire(dir) {
        Ok(lock) => {
            drop(lock);
            let servers = Box::pin(up(dir, &tools, Ports::default())).await?;
            let databases = databases(|name| servers.postgres.url_for(name));
            let site = native(dir, databases, bus_of(&servers), tools);
            Ok((site, Some(servers)))
        }
        Err(Error::AlreadyRunning { .. }) => Ok((running(dir, tools)?, None)),
        Err(error) => Err(error.into()),
    }
}

/// A system that runs: where it listens, it has written down; what it is asked for, lies in its secrets.
fn running(dir: &Path, tools: Options) -> Result<Site, BackupError> {
    let addresses = Addresses::read(dir).map_err(|source| BackupError::Io {
        path: dir.join("addresses.json"),
        source,
    })?;
    let secrets = Secrets::load_or_create(&Layout::open(dir)?)?;
    let (at, password) = (&addresses.postgres, secrets.postgres_password());
    let databases =
        databases(|name| format!("postgres://jianyi:{password}@{at}/{name}?sslmode=disable"));
    let bus = BusConfig {
        nats_url: addresses.nats.clone(),
        nats_user: Some("jianyi".into()),
        nats_password: Some(Pii::new(secrets.nats_password().to_owned())),
    };
    Ok(native(dir, databases, bus, tools))
}

fn native(dir: &Path, databases: Vec<Database>, bus: BusConfig, tools: Options) -> Site {
    Site {
        name: "city".into(),
        databases,
        bus,
        files: Some(Files {
            root: dir.to_owned(),
            names: FILES.map(str::to_owned).to_vec(),
        }),
        tools,
    }
}

fn databases(url: impl Fn(&str) -> String) -> Vec<Database> {
    let with_database = |instance: &Instance| instance.context != "gateway";
    let all = instances().into_iter().filter(with_database);
    all.map(|instance| Database {
        name: instance.name(),
        url: Pii::new(url(&instance.database())),
    })
    .collect()
}

pub(super) fn bus_of(servers: &Provisioned) -> BusConfig {
    let (user, password) = servers.nats.user_password(Role::Jianyi).unzip();
    BusConfig {
        nats_url: servers.nats.url(),
        nats_user: user.map(str::to_owned),
        nats_password: password.map(|password| Pii::new(password.to_owned())),
    }
}

fn names_in(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// What is in it and since when nothing is, in a few lines.
pub(super) fn describe(manifest: &Manifest) -> String {
    let rows: i64 = manifest
        .databases
        .values()
        .flat_map(|part| part.rows.values())
        .sum();
    let events: u64 = manifest.streams.values().map(|part| part.messages).sum();
    format!(
        "站点 {} 程序版本 {}\n截止 {}(此刻之后保存的内容不在其中)\n{} 个数据库 {rows} 行,{} 个事件流 {events} 条事件",
        manifest.header.site,
        manifest.header.version,
        manifest.cut_at,
        manifest.databases.len(),
        manifest.streams.len(),
    )
}

//! `jianyi restore`: a site back from a backup, into a new data directory or onto empty servers.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use jianyi_backup::{
    BackupError, Database, Manifest, Passphrase, Restored, Target, files, restore,
};
use jianyi_kernel::{Clock, Pii};
use jianyi_provision::{Lock, Ports, Provisioned, up};

use super::backup::{Elsewhere, PassphraseArgs, bus_of, describe, finish};
use super::output;

/// What to restore, and where to.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup.
    file: PathBuf,

    /// The data directory to make.
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".jianyi",
        env = "JIANYI_DATA_DIR"
    )]
    data_dir: PathBuf,

    /// Take what is there away: a data directory is set aside under another name, databases and streams elsewhere
    /// are emptied.
    #[arg(long)]
    overwrite: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten)]
    elsewhere: Elsewhere,
}

pub(super) async fn run(args: RestoreArgs) -> ExitCode {
    finish(Box::pin(bring_back(&args)).await)
}

async fn bring_back(args: &RestoreArgs) -> Result<(), BackupError> {
    let began = Instant::now();
    let passphrase = args.passphrase.read()?;
    let native = args.elsewhere.bus()?.is_none();
    if native && !args.overwrite && holds_something(&args.data_dir) {
        return Err(BackupError::NotEmpty(args.data_dir.display().to_string()));
    }
    output::tell("正在核对备份…");
    let (manifest, kept) = files(&args.file, &passphrase)?;
    let restored = if native {
        into_directory(args, &passphrase, &manifest, &kept).await?
    } else {
        onto_servers(args, &passphrase, &manifest, &kept).await?
    };
    output::answer(describe(&restored.manifest));
    output::tell(format_args!(
        "{} 条事件将重新发出;用时 {:.1?}",
        restored.requeued,
        began.elapsed()
    ));
    Ok(())
}

fn holds_something(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
}

/// Makes the directory beside its place; it takes its name when all is in it.
async fn into_directory(
    args: &RestoreArgs,
    passphrase: &Passphrase,
    manifest: &Manifest,
    kept: &[(PathBuf, Vec<u8>)],
) -> Result<Restored, BackupError> {
    let place = beside(&args.data_dir, "restoring");
    remove(&place)?;
    let made = fill(args, passphrase, manifest, kept, &place).await;
    let restored = match made {
        Ok(restored) => restored,
        Err(error) => {
            remove(&place)?;
            return Err(error);
        }
    };
    if holds_something(&args.data_dir) {
        let stamp = Clock::system().now().as_offset().unix_timestamp();
        let aside = beside(&args.data_dir, &format!("replaced-{stamp}"));
        rename(&args.data_dir, &aside)?;
        output::tell(format_args!("原目录改名为 {}", aside.display()));
    } else {
        remove(&args.data_dir)?;
    }
    rename(&place, &args.data_dir)?;
    Ok(restored)
}

async fn fill(
    args: &RestoreArgs,
    passphrase: &Passphrase,
    manifest: &Manifest,
    kept: &[(PathBuf, Vec<u8>)],
    place: &Path,
) -> Result<Restored, BackupError> {
    // Makes the directory so that the user whom Postgres runs as can walk through it.
    drop(Lock::acquire(place)?);
    write(kept, place)?;
    let tools = args.elsewhere.tools();
    let servers = Box::pin(up(place, &tools, Ports::default())).await?;
    let restored = Box::pin(put(args, passphrase, manifest, &servers)).await;
    servers.stop().await?;
    restored
}

async fn put(
    args: &RestoreArgs,
    passphrase: &Passphrase,
    manifest: &Manifest,
    servers: &Provisioned,
) -> Result<Restored, BackupError> {
    let mut databases = Vec::new();
    for name in manifest.databases.keys() {
        let database = name.replace('/', "_");
        servers.postgres.ensure_databases(&[&database]).await?;
        databases.push(Database {
            name: name.clone(),
            url: Pii::new(servers.postgres.url_for(&database)),
        });
    }
    let target = Target {
        databases,
        bus: bus_of(servers),
        tools: args.elsewhere.tools(),
        overwrite: false,
    };
    restore(&args.file, passphrase, manifest, &target, |what| {
        output::tell(what);
    })
    .await
}

async fn onto_servers(
    args: &RestoreArgs,
    passphrase: &Passphrase,
    manifest: &Manifest,
    kept: &[(PathBuf, Vec<u8>)],
) -> Result<Restored, BackupError> {
    let Some(bus) = args.elsewhere.bus()? else {
        return Err(BackupError::NoBackup);
    };
    let target = Target {
        databases: args.elsewhere.databases(),
        bus,
        tools: args.elsewhere.tools(),
        overwrite: args.overwrite,
    };
    let restored = restore(&args.file, passphrase, manifest, &target, |what| {
        output::tell(what);
    })
    .await?;
    if let Some(place) = &args.elsewhere.files {
        if holds_something(place) {
            output::tell(format_args!("{} 中已有文件,未写入密钥", place.display()));
        } else {
            write(kept, place)?;
        }
    }
    Ok(restored)
}

/// Readable by their owner alone, folders too.
fn write(kept: &[(PathBuf, Vec<u8>)], place: &Path) -> Result<(), BackupError> {
    for (name, content) in kept {
        let path = place.join(name);
        let at = |source| BackupError::Io {
            path: path.clone(),
            source,
        };
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(at)?;
        }
        let mut file = fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(at)?;
        file.write_all(content).map_err(at)?;
        file.sync_all().map_err(at)?;
    }
    Ok(())
}

fn beside(dir: &Path, ending: &str) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{name}.{ending}"))
}

fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(|source| BackupError::Io {
        path: to.to_owned(),
        source,
    })
}

fn remove(dir: &Path) -> Result<(), BackupError> {
    match fs::remove_dir_all(dir) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(BackupError::Io {
            path: dir.to_owned(),
            source,
        }),
        Ok(()) | Err(_) => Ok(()),
    }
}

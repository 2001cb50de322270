//! Backing a running site up: keys, then streams, then all databases at one moment.
//!
//! Streams come first. What they hold was committed before, so the databases of a later moment know its causes; and
//! what was published in between still waits in the outboxes, which keep it for a quarter of an hour, and is
//! published again after a restore.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jianyi_bus::{Bus, StreamImage};
use jianyi_kernel::Clock;
use jianyi_provision::client_tools;
use time::{Duration, OffsetDateTime};

use crate::archive::Writer;
use crate::manifest::{Header, Manifest, StreamPart};
use crate::{BackupError, Files, Passphrase, Result, Site, cut, postgres, verify};

/// Less than the outboxes keep what was published.
const OUTBOX_KEEPS: Duration = Duration::minutes(12);

/// Writes a backup and reads it once more; the file is there whole or not at all.
///
/// # Errors
/// [`BackupError`] when the site cannot be read or the file not be written.
pub async fn back_up(
    site: &Site,
    passphrase: &Passphrase,
    out: &Path,
    progress: impl Fn(&str),
) -> Result<Manifest> {
    if out.exists() {
        return Err(BackupError::NotEmpty(out.display().to_string()));
    }
    let making = out.with_extension("making");
    let made = make(site, passphrase, &making, &progress).await;
    let manifest = match made {
        Ok(manifest) => manifest,
        Err(error) => {
            // It may not have got as far as a file.
            let _ = fs::remove_file(&making);
            return Err(error);
        }
    };
    progress("verify");
    verify(&making, passphrase)?;
    fs::rename(&making, out).map_err(BackupError::at(out))?;
    Ok(manifest)
}

async fn make(
    site: &Site,
    passphrase: &Passphrase,
    making: &Path,
    progress: &impl Fn(&str),
) -> Result<Manifest> {
    let began = Clock::system().now();
    let header = Header {
        site: site.name.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        began_at: began.rfc3339(),
    };
    let bus = Bus::connect(&site.bus, "backup").await?;
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(making)
        .map_err(BackupError::at(making))?;
    let mut writer = Writer::new(file, passphrase, &header)?;
    if let Some(files) = &site.files {
        progress("files");
        take_files(&mut writer, files)?;
    }
    let mut streams = BTreeMap::new();
    for name in bus.stream_names().await? {
        progress(&name);
        let image = take_stream(&mut writer, &bus, &name).await?;
        let part = StreamPart {
            messages: image.messages(),
            last_sequence: image.last_sequence(),
            config: image.config,
            state: image.state,
        };
        streams.insert(name, part);
    }
    let (held, cut_at) = cut::hold(&site.databases).await?;
    let late = cut_at - began.as_offset() > OUTBOX_KEEPS;
    if late {
        return Err(BackupError::NoCut(
            "the streams took longer than the outboxes remember".into(),
        ));
    }
    let mut databases = BTreeMap::new();
    for mut one in held {
        let name = one.database.name.clone();
        progress(&name);
        let bin = client_tools(&site.tools, one.server).await?;
        databases.insert(name.clone(), one.describe().await?);
        writer.begin(&format!("databases/{name}"));
        postgres::dump(&bin, &one, |piece| writer.write(piece)).await?;
        writer.end()?;
        one.release().await?;
    }
    let manifest = Manifest {
        header,
        cut_at: rfc3339(cut_at),
        databases,
        streams,
        parts: writer.parts().clone(),
    };
    let file = writer.finish(&manifest)?;
    file.sync_all().map_err(BackupError::at(making))?;
    Ok(manifest)
}

async fn take_stream<W: Write>(
    writer: &mut Writer<W>,
    bus: &Bus,
    name: &str,
) -> Result<StreamImage> {
    writer.begin(&format!("streams/{name}"));
    let mut failed = None;
    let image = bus
        .snapshot_stream(name, async |piece| {
            if let Err(error) = writer.write(&piece) {
                failed = Some(error);
                return Err(jianyi_kernel::Fault::internal("the backup is not written"));
            }
            Ok(())
        })
        .await;
    if let Some(error) = failed {
        return Err(error);
    }
    writer.end()?;
    Ok(image?)
}

fn take_files<W: Write>(writer: &mut Writer<W>, files: &Files) -> Result<()> {
    for name in &files.names {
        take_below(writer, &files.root, Path::new(name))?;
    }
    Ok(())
}

fn take_below<W: Write>(writer: &mut Writer<W>, root: &Path, relative: &Path) -> Result<()> {
    let path = root.join(relative);
    let Ok(meta) = fs::symlink_metadata(&path) else {
        return Ok(());
    };
    if meta.is_dir() {
        let mut names: Vec<_> = fs::read_dir(&path)
            .map_err(BackupError::at(&path))?
            .filter_map(|entry| Some(entry.ok()?.file_name()))
            .collect();
        names.sort();
        for name in names {
            take_below(writer, root, &relative.join(name))?;
        }
        return Ok(());
    }
    if !meta.is_file() {
        return Ok(());
    }
    let data = fs::read(&path).map_err(BackupError::at(&path))?;
    writer.begin(&format!("files/{}", relative.display()));
    writer.write(&data)?;
    writer.end()
}

pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    jianyi_kernel::Timestamp::from_offset(at).rfc3339()
}

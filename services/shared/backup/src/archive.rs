//! The inner file: a tar of parts, each cut into pieces, because nobody knows beforehand how long a dump will be.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::manifest::{Header, Manifest, Part};
use crate::sealed::{Opener, Passphrase, Sealer};
use crate::{BackupError, Result};

const HEADER: &str = "header.json";
const MANIFEST: &str = "manifest.json";
const PIECE: usize = 4 * 1024 * 1024;

/// Writes a backup.
pub(crate) struct Writer<W: Write> {
    tar: tar::Builder<Sealer<BufWriter<W>>>,
    parts: BTreeMap<String, Part>,
    open: Option<Open>,
}

/// The part that is being written.
struct Open {
    name: String,
    pieces: u32,
    buffer: Vec<u8>,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(inner: W, passphrase: &Passphrase, header: &Header) -> Result<Self> {
        let sealer = Sealer::new(BufWriter::new(inner), passphrase)?;
        let mut this = Self {
            tar: tar::Builder::new(sealer),
            parts: BTreeMap::new(),
            open: None,
        };
        this.entry(HEADER, &json(header)?)?;
        Ok(this)
    }

    pub(crate) fn begin(&mut self, name: &str) {
        self.open = Some(Open {
            name: name.to_owned(),
            pieces: 0,
            buffer: Vec::new(),
            bytes: 0,
            hash: Sha256::new(),
        });
    }

    pub(crate) fn write(&mut self, data: &[u8]) -> Result<()> {
        if let Some(open) = &mut self.open {
            open.hash.update(data);
            open.bytes += u64::try_from(data.len()).unwrap_or(u64::MAX);
            open.buffer.extend_from_slice(data);
            if open.buffer.len() >= PIECE {
                self.piece()?;
            }
        }
        Ok(())
    }

    pub(crate) fn end(&mut self) -> Result<()> {
        self.piece()?;
        if let Some(open) = self.open.take() {
            let part = Part {
                bytes: open.bytes,
                sha256: hex(&open.hash.finalize()),
            };
            self.parts.insert(open.name, part);
        }
        Ok(())
    }

    fn piece(&mut self) -> Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let name = format!("{}/{:08}", open.name, open.pieces);
        open.pieces += 1;
        let data = std::mem::take(&mut open.buffer);
        self.entry(&name, &data)
    }

    fn entry(&mut self, name: &str, data: &[u8]) -> Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(data.len()).unwrap_or(u64::MAX));
        header.set_mode(0o600);
        self.tar
            .append_data(&mut header, name, data)
            .map_err(|error| BackupError::at(Path::new("backup"))(error))
    }

    pub(crate) const fn parts(&self) -> &BTreeMap<String, Part> {
        &self.parts
    }

    pub(crate) fn finish(mut self, manifest: &Manifest) -> Result<W> {
        let manifest = json(manifest)?;
        self.entry(MANIFEST, &manifest)?;
        let at = |error| BackupError::at(Path::new("backup"))(error);
        let buffered = self.tar.into_inner().and_then(Sealer::finish).map_err(at)?;
        buffered
            .into_inner()
            .map_err(|error| at(error.into_error()))
    }
}

/// What is met while reading a backup, in its order.
pub(crate) enum Met<'a> {
    /// A part begins.
    Begin(&'a str),
    /// The next piece of it.
    Piece(&'a [u8]),
    /// It is over.
    End,
}

/// Reads a backup from its beginning to its end and checks everything that can be checked without a server.
///
/// # Errors
/// [`BackupError`] when it is no backup, of a newer format, under another passphrase, or not whole.
pub fn verify(path: &Path, passphrase: &Passphrase) -> Result<Manifest> {
    read(path, passphrase, |_| Ok(()))
}

/// [`verify`], and `met` is told everything on the way.
pub(crate) fn read(
    path: &Path,
    passphrase: &Passphrase,
    mut met: impl FnMut(Met<'_>) -> Result<()>,
) -> Result<Manifest> {
    let damaged = |error: std::io::Error| BackupError::Damaged(error.to_string());
    let file = File::open(path).map_err(BackupError::at(path))?;
    let opener = Opener::new(BufReader::new(file), passphrase)?;
    let mut tar = tar::Archive::new(opener);
    let mut found: BTreeMap<String, Part> = BTreeMap::new();
    let mut open: Option<(String, u64, Sha256)> = None;
    let mut manifest: Option<Manifest> = None;
    let mut close = |open: &mut Option<(String, u64, Sha256)>| {
        if let Some((name, bytes, hash)) = open.take() {
            let sha256 = hex(&hash.finalize());
            found.insert(name, Part { bytes, sha256 });
            return true;
        }
        false
    };
    let mut data = Vec::new();
    for entry in tar.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        data.clear();
        entry.read_to_end(&mut data).map_err(damaged)?;
        let part = name.rsplit_once('/').map(|(part, _)| part);
        if open.as_ref().map(|(name, ..)| name.as_str()) != part && close(&mut open) {
            met(Met::End)?;
        }
        let Some(part) = part else {
            if name == MANIFEST {
                manifest = serde_json::from_slice(&data).ok();
            }
            continue;
        };
        if open.is_none() {
            open = Some((part.to_owned(), 0, Sha256::new()));
            met(Met::Begin(part))?;
        }
        if let Some((_, bytes, hash)) = &mut open {
            *bytes += u64::try_from(data.len()).unwrap_or(u64::MAX);
            hash.update(&data);
        }
        met(Met::Piece(&data))?;
    }
    // What follows the end of the tar belongs to the sealed file as well.
    std::io::copy(&mut tar.into_inner(), &mut std::io::sink()).map_err(damaged)?;
    let manifest = manifest.ok_or_else(|| BackupError::Damaged("it has no end".into()))?;
    if manifest.parts != found {
        return Err(BackupError::Damaged(
            "its parts are not those that it lists".into(),
        ));
    }
    Ok(manifest)
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|error| BackupError::Damaged(error.to_string()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

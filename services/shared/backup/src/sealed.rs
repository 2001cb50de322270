//! The outer file: a short header in clear, then AES-256-GCM in STREAM segments under a stretched passphrase.
//!
//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár) numbers the segments and marks the last one, so that a file that was
//! cut off, reordered or joined from two does not open.

use std::fmt;
use std::io::{self, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm::aead::Payload;
use aes_gcm::{Aes256Gcm, Key};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};

use crate::{BackupError, Result};

const MAGIC: &[u8; 13] = b"JIANYI-BACKUP";
/// The format this program writes. Raise it when an older program would misread the file.
pub(crate) const FORMAT: u32 = 1;
const SALT: usize = 16;
const NONCE: usize = 7;
const CHECK: usize = 16;
const HEADER: usize = MAGIC.len() + 4 + SALT + NONCE + CHECK;
const SEGMENT: usize = 64 * 1024;
const TAG: usize = 16;
/// 64 MiB and three rounds: a second on a small machine.
const MEMORY: u32 = 64 * 1024;
const ROUNDS: u32 = 3;
const SHORTEST: usize = 12;

/// What opens a backup.
#[derive(Clone)]
pub struct Passphrase(String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(█)")
    }
}

impl Passphrase {
    /// As it was chosen; a line end is none of it.
    ///
    /// # Errors
    /// [`BackupError::ShortPassphrase`].
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.chars().count() < SHORTEST {
            return Err(BackupError::ShortPassphrase(SHORTEST));
        }
        Ok(Self(text.to_owned()))
    }

    /// The key, and what tells a wrong passphrase from a damaged file.
    fn stretch(&self, salt: &[u8]) -> Result<([u8; 32], [u8; CHECK])> {
        let refused = |error: argon2::Error| BackupError::Damaged(error.to_string());
        let params = Params::new(MEMORY, ROUNDS, 1, Some(64)).map_err(refused)?;
        let mut both = [0_u8; 64];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.0.as_bytes(), salt, &mut both)
            .map_err(refused)?;
        let (mut key, mut check) = ([0_u8; 32], [0_u8; CHECK]);
        let (first, second) = both.split_at(32);
        key.copy_from_slice(first);
        check.copy_from_slice(Sha256::digest(second).get(..CHECK).unwrap_or_default());
        Ok((key, check))
    }
}

/// Seals what is written into it; [`Sealer::finish`] marks the end.
pub(crate) struct Sealer<W: Write> {
    inner: W,
    header: [u8; HEADER],
    stream: Option<EncryptorBE32<Aes256Gcm>>,
    buffer: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    pub(crate) fn new(mut inner: W, passphrase: &Passphrase) -> Result<Self> {
        let salt: [u8; SALT] = rand::random();
        let nonce: [u8; NONCE] = rand::random();
        let (key, check) = passphrase.stretch(&salt)?;
        let mut header = [0_u8; HEADER];
        let bytes = MAGIC
            .iter()
            .copied()
            .chain(FORMAT.to_be_bytes())
            .chain(salt)
            .chain(nonce)
            .chain(check);
        for (place, byte) in header.iter_mut().zip(bytes) {
            *place = byte;
        }
        inner.write_all(&header).map_err(written)?;
        let stream = EncryptorBE32::new(&Key::<Aes256Gcm>::from(key), &nonce.into());
        Ok(Self {
            inner,
            header,
            stream: Some(stream),
            buffer: Vec::with_capacity(SEGMENT),
        })
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        let stream = self.stream.take().ok_or_else(over)?;
        let payload = Payload {
            msg: &self.buffer,
            aad: &self.header,
        };
        let sealed = stream.encrypt_last(payload).map_err(io::Error::other)?;
        self.inner.write_all(&sealed)?;
        self.inner.flush()?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == SEGMENT {
            let stream = self.stream.as_mut().ok_or_else(over)?;
            let payload = Payload {
                msg: &self.buffer,
                aad: &self.header,
            };
            let sealed = stream.encrypt_next(payload).map_err(io::Error::other)?;
            self.inner.write_all(&sealed)?;
            self.buffer.clear();
        }
        let room = SEGMENT.saturating_sub(self.buffer.len()).min(data.len());
        self.buffer
            .extend_from_slice(data.get(..room).unwrap_or_default());
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens what a [`Sealer`] wrote.
pub(crate) struct Opener<R: Read> {
    inner: R,
    header: [u8; HEADER],
    stream: Option<DecryptorBE32<Aes256Gcm>>,
    /// One segment ahead, to know which is the last.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    read: usize,
}

impl<R: Read> Opener<R> {
    pub(crate) fn new(mut inner: R, passphrase: &Passphrase) -> Result<Self> {
        let mut header = [0_u8; HEADER];
        inner
            .read_exact(&mut header)
            .map_err(|_| BackupError::NoBackup)?;
        let mut rest = header.as_slice();
        if cut(&mut rest, MAGIC.len()) != MAGIC {
            return Err(BackupError::NoBackup);
        }
        let mut format = [0_u8; 4];
        format.copy_from_slice(cut(&mut rest, 4));
        let found = u32::from_be_bytes(format);
        if found > FORMAT {
            return Err(BackupError::Newer {
                found,
                known: FORMAT,
            });
        }
        let salt = cut(&mut rest, SALT);
        let mut nonce = [0_u8; NONCE];
        nonce.copy_from_slice(cut(&mut rest, NONCE));
        let (key, check) = passphrase.stretch(salt)?;
        if rest != check {
            return Err(BackupError::WrongPassphrase);
        }
        let stream = DecryptorBE32::new(&Key::<Aes256Gcm>::from(key), &nonce.into());
        let mut this = Self {
            inner,
            header,
            stream: Some(stream),
            ahead: Vec::new(),
            plain: Vec::new(),
            read: 0,
        };
        this.ahead = this.segment().map_err(written)?;
        Ok(this)
    }

    fn segment(&mut self) -> io::Result<Vec<u8>> {
        let mut segment = Vec::with_capacity(SEGMENT + TAG);
        let limit = u64::try_from(SEGMENT + TAG).unwrap_or(u64::MAX);
        (&mut self.inner).take(limit).read_to_end(&mut segment)?;
        Ok(segment)
    }

    /// `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        let Some(mut stream) = self.stream.take() else {
            return Ok(false);
        };
        let after = self.segment()?;
        let payload = Payload {
            msg: &self.ahead,
            aad: &self.header,
        };
        let opened = if after.is_empty() {
            stream.decrypt_last(payload)
        } else {
            let opened = stream.decrypt_next(payload);
            self.stream = Some(stream);
            opened
        };
        let cut_off = |_| io::Error::new(io::ErrorKind::InvalidData, "cut off or changed");
        self.plain = opened.map_err(cut_off)?;
        self.read = 0;
        self.ahead = after;
        Ok(true)
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.plain.len() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let rest = self.plain.get(self.read..).unwrap_or_default();
        let count = rest.len().min(into.len());
        for (place, byte) in into.iter_mut().zip(rest) {
            *place = *byte;
        }
        self.read += count;
        Ok(count)
    }
}

fn cut<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (first, later) = rest.split_at(count);
    *rest = later;
    first
}

fn over() -> io::Error {
    io::Error::other("written after its end")
}

fn written(source: io::Error) -> BackupError {
    BackupError::Io {
        path: "backup".into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(data: &[u8]) -> Vec<u8> {
        let passphrase = Passphrase::new("correct horse battery").unwrap();
        let mut sealer = Sealer::new(Vec::new(), &passphrase).unwrap();
        sealer.write_all(data).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(sealed: &[u8], passphrase: &str) -> Result<Vec<u8>> {
        let passphrase = Passphrase::new(passphrase)?;
        let mut data = Vec::new();
        Opener::new(sealed, &passphrase)?
            .read_to_end(&mut data)
            .map_err(|error| BackupError::Damaged(error.to_string()))?;
        Ok(data)
    }

    #[test]
    fn what_was_sealed_opens_whole_or_not_at_all() {
        let passphrase = "correct horse battery\n";
        for size in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT] {
            let data: Vec<u8> = (0..size).map(|at| at.to_le_bytes()[0]).collect();
            let file = sealed(&data);
            assert_eq!(opened(&file, passphrase).unwrap(), data, "{size}");
        }
        let file = sealed(&vec![7; 2 * SEGMENT + 5]);
        let damaged =
            |file: &[u8]| matches!(opened(file, passphrase), Err(BackupError::Damaged(_)));
        // Cut at a border of segments, in the middle of one, and one byte changed.
        assert!(damaged(&file[..HEADER + SEGMENT + TAG]));
        assert!(damaged(&file[..HEADER + 2 * (SEGMENT + TAG)]));
        assert!(damaged(&file[..file.len() - 1]));
        let mut changed = file.clone();
        changed[HEADER + 9] ^= 1;
        assert!(damaged(&changed));
        let mut newer = file.clone();
        newer[MAGIC.len() + 3] = 9;
        assert!(matches!(
            opened(&newer, passphrase),
            Err(BackupError::Newer { found: 9, known: 1 })
        ));
        assert!(matches!(
            opened(&file, "another passphrase"),
            Err(BackupError::WrongPassphrase)
        ));
        assert!(matches!(
            opened(b"PK", passphrase),
            Err(BackupError::NoBackup)
        ));
        assert!(Passphrase::new("short").is_err());
    }
}

//! Where the key-encryption key lives: a secret of the container today, a hardware module tomorrow.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_kernel::{Fault, Pii};
use zeroize::Zeroizing;

use crate::Algorithm;
use crate::aead::{Key, keyed_hash};

/// Wraps data keys without giving its own key away. A hardware module answers the four from inside.
pub trait KeyProvider: fmt::Debug + Send + Sync {
    /// Which key-encryption key this is; nothing of the key itself.
    fn id(&self) -> String;

    /// Encrypts a data key.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the provider cannot be reached.
    fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, Fault>;

    /// Decrypts what [`KeyProvider::wrap`] made.
    ///
    /// # Errors
    /// [`Fault::Internal`] when another provider made it, [`Fault::Unavailable`] when this one
    /// cannot be reached.
    fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault>;

    /// The same 32 bytes for the same purpose for ever (HMAC): for indexes, which must not change
    /// when data keys do.
    ///
    /// # Errors
    /// As [`KeyProvider::wrap`].
    fn derive(&self, purpose: &str) -> Result<Zeroizing<[u8; 32]>, Fault>;
}

/// A key-encryption key of 32 bytes that this process holds in memory.
pub struct FileKey {
    master: Zeroizing<Vec<u8>>,
    algorithm: Algorithm,
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(█)")
    }
}

/// Associated data of wrapped keys.
const WRAPPED: &str = "data key";

impl FileKey {
    /// From 32 bytes in base64, as a setting carries them. The algorithm is the one that wraps; what
    /// another one wrapped opens all the same.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the text is not 32 bytes in base64.
    pub fn from_base64(key: &Pii<String>, algorithm: Algorithm) -> Result<Self, Fault> {
        let master = STANDARD
            .decode(key.expose("derive working keys").trim())
            .map(Zeroizing::new)
            .ok()
            .filter(|bytes| bytes.len() == 32)
            .ok_or_else(|| Fault::internal("the field key is not 32 bytes in base64"))?;
        Ok(Self { master, algorithm })
    }

    /// [`FileKey::from_base64`] of a file's content, e.g. a container secret.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the file cannot be read, and as [`FileKey::from_base64`].
    pub fn from_file(path: &Path, algorithm: Algorithm) -> Result<Self, Fault> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Fault::internal(format!("the field key file {}: {error}", path.display()))
        })?;
        Self::from_base64(&Pii::new(text), algorithm)
    }

    fn wrapping_key(&self, algorithm: Algorithm) -> Result<Key, Fault> {
        let bytes = self.derive("jianyi key wrapping v1")?;
        let (key, _) = bytes.split_at(algorithm.key_length());
        Key::new(algorithm, key)
    }
}

impl KeyProvider for FileKey {
    fn id(&self) -> String {
        // A fingerprint of what is itself a secret, so keyed with it.
        self.derive("jianyi key id v1").map_or_else(
            |_| "file".into(),
            |hash| {
                let hex: String = hash
                    .iter()
                    .take(8)
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                format!("file:{hex}")
            },
        )
    }

    fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut out = vec![self.algorithm.code()];
        self.wrapping_key(self.algorithm)?
            .seal(WRAPPED, key, &mut out)?;
        Ok(out)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let foreign =
            || Fault::internal("a data key does not open: it was wrapped with another field key");
        let (code, body) = wrapped.split_first().ok_or_else(foreign)?;
        let algorithm = Algorithm::of_code(*code).ok_or_else(foreign)?;
        self.wrapping_key(algorithm)?
            .open(WRAPPED, body)
            .map(Zeroizing::new)
            .ok_or_else(foreign)
    }

    fn derive(&self, purpose: &str) -> Result<Zeroizing<[u8; 32]>, Fault> {
        keyed_hash(&self.master, purpose.as_bytes()).map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8, algorithm: Algorithm) -> FileKey {
        FileKey::from_base64(&Pii::new(STANDARD.encode([byte; 32])), algorithm).unwrap()
    }

    #[test]
    fn a_wrapped_key_opens_with_the_same_provider_whatever_wraps_now() {
        let wrapped = key(1, Algorithm::Sm4Gcm).wrap(b"a data key").unwrap();
        assert!(!wrapped.windows(4).any(|part| part == b"data"));
        let opened = key(1, Algorithm::Aes256Gcm).unwrap(&wrapped).unwrap();
        assert_eq!(opened.as_slice(), b"a data key");
        assert!(key(2, Algorithm::Sm4Gcm).unwrap(&wrapped).is_err());
        assert!(key(1, Algorithm::Sm4Gcm).unwrap(&[]).is_err());
        assert_ne!(
            key(1, Algorithm::Sm4Gcm).id(),
            key(2, Algorithm::Sm4Gcm).id()
        );
    }

    #[test]
    fn a_key_file_says_what_is_wrong_with_it_and_not_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let read = || FileKey::from_file(&path, Algorithm::Aes256Gcm);
        assert!(read().unwrap_err().chain().contains("key file"));
        std::fs::write(&path, "c2hvcnQ=").unwrap();
        let short = read().unwrap_err().chain();
        assert!(
            short.contains("32 bytes") && !short.contains("c2hv"),
            "{short}"
        );
        std::fs::write(&path, format!("{}\n", STANDARD.encode([7; 32]))).unwrap();
        assert_eq!(read().unwrap().id(), key(7, Algorithm::Aes256Gcm).id());
    }
}

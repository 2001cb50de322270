//! Encryption of personal fields, and blind indexes and tokens to find them again.
//!
//! A sealed value names its key and is bound to its place (table and row) as associated data, so that
//! one copied elsewhere does not open. Indexes are keyed by what does not change when data keys do.

use std::fmt;
use std::sync::Arc;

use jianyi_kernel::{Fault, Pii};
use zeroize::Zeroizing;

use crate::aead::keyed_hash;
use crate::search::Token;
use crate::{KeyProvider, Keyring};

/// Bytes of a search token: enough that two words do not meet by chance among a billion.
const TOKEN_LENGTH: usize = 16;

/// Seals and opens personal fields of one service; cheap to clone.
#[derive(Clone)]
pub struct FieldCipher {
    ring: Keyring,
    stable: Arc<Stable>,
}

struct Stable {
    index_key: Zeroizing<[u8; 32]>,
    token_key: Pii<[u8; 32]>,
}

impl fmt::Debug for FieldCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldCipher(█)")
    }
}

impl FieldCipher {
    /// A cipher over a provider's keys. It seals once a data key is active in its keyring.
    ///
    /// # Errors
    /// What the provider answers.
    pub fn new(provider: Arc<dyn KeyProvider>) -> Result<Self, Fault> {
        let ring = Keyring::new(provider)?;
        let provider = ring.provider();
        let stable = Stable {
            index_key: provider.derive("jianyi blind index v1")?,
            token_key: Pii::new(*provider.derive("jianyi page token v1")?),
        };
        Ok(Self {
            stable: Arc::new(stable),
            ring,
        })
    }

    /// The data keys, for whoever stores them.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.ring
    }

    /// Encrypts a value for one place, e.g. `people/{id}/full_name`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the cipher fails, which it does not for values of sane size, and
    /// before the data keys are loaded.
    pub fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
        self.ring.seal(place, value)
    }

    /// Decrypts what [`FieldCipher::seal`] made for the same place, with whatever key of the time.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it was altered, belongs elsewhere, or another key made it;
    /// [`Fault::Unavailable`] when its key is so new that this process is about to learn it.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        self.ring.open(place, sealed)
    }

    /// [`FieldCipher::open`] for text.
    ///
    /// # Errors
    /// As [`FieldCipher::open`], and when the content is not UTF-8.
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String, Fault> {
        String::from_utf8(self.open(place, sealed)?).map_err(Fault::internal)
    }

    /// The same 32 bytes for the same normalised value, and nothing readable: for exact look-up and
    /// duplicate detection. `kind` keeps a phone from matching an identity number.
    ///
    /// # Errors
    /// [`Fault::Internal`] when hashing fails, which it does not.
    pub fn blind_index(&self, kind: &str, value: &str) -> Result<Vec<u8>, Fault> {
        self.blind(kind, value.as_bytes()).map(|hash| hash.to_vec())
    }

    /// What is stored instead of a request's hash: whoever has the table but not the key cannot find out
    /// by guessing which identity number or password the request had in it.
    ///
    /// # Errors
    /// As [`FieldCipher::blind_index`].
    pub fn blind_request(&self, hash: &[u8; 32]) -> Result<[u8; 32], Fault> {
        self.blind("request", hash)
    }

    /// A word of a search, unreadable: stored with what it finds, and asked for by the searcher.
    ///
    /// # Errors
    /// As [`FieldCipher::blind_index`].
    pub fn search_token(&self, kind: &str, text: &str) -> Result<[u8; TOKEN_LENGTH], Fault> {
        let hash = self.blind(&format!("search/{kind}"), text.as_bytes())?;
        let mut token = [0; TOKEN_LENGTH];
        token.copy_from_slice(&hash[..TOKEN_LENGTH]);
        Ok(token)
    }

    /// [`FieldCipher::search_token`] of each, as a `bytea[]` column or parameter takes them.
    ///
    /// # Errors
    /// As [`FieldCipher::blind_index`].
    pub fn search_tokens<'a>(
        &self,
        tokens: impl IntoIterator<Item = &'a Token>,
    ) -> Result<Vec<Vec<u8>>, Fault> {
        tokens
            .into_iter()
            .map(|token| Ok(self.search_token(token.kind(), token.text())?.to_vec()))
            .collect()
    }

    /// The key with which page tokens are authenticated.
    #[must_use]
    pub fn token_key(&self) -> &Pii<[u8; 32]> {
        &self.stable.token_key
    }

    fn blind(&self, kind: &str, value: &[u8]) -> Result<[u8; 32], Fault> {
        let message = Zeroizing::new([kind.as_bytes(), &[0], value].concat());
        keyed_hash(self.stable.index_key.as_slice(), &message)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::{Algorithm, FileKey, SealedWith};

    fn empty(byte: u8) -> FieldCipher {
        let key = Pii::new(STANDARD.encode([byte; 32]));
        let provider = FileKey::from_base64(&key, Algorithm::Aes256Gcm).unwrap();
        FieldCipher::new(Arc::new(provider)).unwrap()
    }

    /// A cipher with one active data key.
    pub(crate) fn cipher(byte: u8, algorithm: Algorithm) -> FieldCipher {
        let cipher = empty(byte);
        turn(&cipher, 1, algorithm);
        cipher
    }

    pub(crate) fn turn(cipher: &FieldCipher, version: u32, algorithm: Algorithm) {
        let new = cipher.keyring().generate(algorithm).unwrap();
        cipher
            .keyring()
            .install(version, new.algorithm, &new.wrapped)
            .unwrap();
        cipher.keyring().activate(version).unwrap();
    }

    #[test]
    fn a_sealed_field_opens_only_in_its_place_with_its_key() {
        for algorithm in [Algorithm::Aes256Gcm, Algorithm::Sm4Gcm] {
            let one = cipher(1, algorithm);
            let sealed = one.seal("people/1/name", "张三".as_bytes()).unwrap();
            assert_eq!(one.open_text("people/1/name", &sealed).unwrap(), "张三");
            assert!(one.open("people/2/name", &sealed).is_err());
            assert!(cipher(1, algorithm).open("people/1/name", &sealed).is_err());
            for at in 0..sealed.len() {
                let mut altered = sealed.clone();
                altered[at] ^= 1;
                assert!(one.open("people/1/name", &altered).is_err(), "byte {at}");
                assert!(one.open("people/1/name", &sealed[..at]).is_err());
            }
            assert_ne!(
                sealed,
                one.seal("people/1/name", "张三".as_bytes()).unwrap()
            );
        }
    }

    #[test]
    fn nothing_is_sealed_before_there_is_a_key() {
        assert!(empty(1).seal("people/1/name", b"x").is_err());
        assert!(empty(1).keyring().activate(1).is_err());
    }

    #[test]
    fn values_of_the_derived_key_open_for_ever() {
        // Sealed by the release before data keys, with the field key of 32 bytes 0x01.
        let sealed = [
            0x01, 0x01, 0x87, 0x7a, 0x2c, 0x80, 0xba, 0x2d, 0x50, 0xc8, 0xce, 0xca, 0x4c, 0xac,
            0xd8, 0x51, 0xb8, 0x6e, 0xc6, 0x4c, 0x9f, 0x76, 0x5d, 0xd7, 0x66, 0x34, 0x1b, 0xdf,
            0xe3, 0xfe, 0x79, 0xd4, 0x2f, 0x9e, 0x85, 0x48,
        ];
        let now = cipher(1, Algorithm::Sm4Gcm);
        assert_eq!(now.open_text("people/1/name", &sealed).unwrap(), "张三");
        assert!(now.open("people/2/name", &sealed).is_err());
        assert_eq!(SealedWith::read(&sealed), Some(SealedWith::Derived));
    }

    #[test]
    fn turning_the_key_keeps_old_values_readable_and_marks_new_ones() {
        let cipher = cipher(1, Algorithm::Aes256Gcm);
        let other = cipher.clone();
        let old = cipher.seal("t/1/c", b"old").unwrap();
        let index = cipher.blind_index("phone", "13800000000").unwrap();
        turn(&other, 2, Algorithm::Sm4Gcm);
        let new = cipher.seal("t/1/c", b"new").unwrap();
        assert_eq!(
            SealedWith::read(&old),
            Some(SealedWith::Version(1, Algorithm::Aes256Gcm))
        );
        assert_eq!(
            SealedWith::read(&new),
            Some(SealedWith::Version(2, Algorithm::Sm4Gcm))
        );
        assert_eq!(cipher.open("t/1/c", &old).unwrap(), b"old");
        assert_eq!(other.open("t/1/c", &new).unwrap(), b"new");
        assert_eq!(cipher.blind_index("phone", "13800000000").unwrap(), index);
        // A key that another process made a moment ago: worth a retry, not a broken value.
        let behind = empty(1);
        assert!(behind.open("t/1/c", &new).unwrap_err().is_transient());
    }

    #[test]
    fn blind_indexes_and_tokens_match_by_kind_and_key() {
        let index = |byte, kind| empty(byte).blind_index(kind, "13800000000").unwrap();
        assert_eq!(index(1, "phone"), index(1, "phone"));
        assert_ne!(index(1, "phone"), index(1, "citizen_id"));
        assert_ne!(index(1, "phone"), index(2, "phone"));
        let token = |byte, kind| empty(byte).search_token(kind, "13800000000").unwrap();
        assert_eq!(token(1, "phone"), token(1, "phone"));
        assert_ne!(token(1, "phone"), token(1, "number"));
        assert_ne!(token(1, "phone"), token(2, "phone"));
        assert_ne!(token(1, "phone").as_slice(), &index(1, "phone")[..16]);
    }

    #[test]
    fn a_blind_index_is_what_it_was_before_there_were_data_keys() {
        let key = keyed_hash(&[1; 32], b"jianyi blind index v1").unwrap();
        let expected = keyed_hash(&key, b"phone\x0013800000000").unwrap();
        assert_eq!(
            empty(1).blind_index("phone", "13800000000").unwrap(),
            expected
        );
    }
}

//! Encryption of personal fields, and blind indexes to find them again.
//!
//! AES-256-GCM with a random nonce; the ciphertext carries a format byte and the key's version, and is
//! bound to its place (table and row) as associated data, so that a value copied elsewhere does not open.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use hmac::{Hmac, Mac};
use jianyi_kernel::{Fault, Pii};
use rand::RngCore as _;
use sha2::Sha256;

const FORMAT: u8 = 1;
const KEY_VERSION: u8 = 1;
const NONCE_LENGTH: usize = 12;

/// Seals and opens personal fields of one service.
#[derive(Clone)]
pub struct FieldCipher {
    aead: Aes256Gcm,
    index_key: Pii<[u8; 32]>,
    token_key: Pii<[u8; 32]>,
}

impl std::fmt::Debug for FieldCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldCipher(█)")
    }
}

impl FieldCipher {
    /// Derives the working keys from 32 bytes in base64.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the text is not 32 bytes in base64.
    pub fn from_base64(key: &Pii<String>) -> Result<Self, Fault> {
        let master = base64::engine::general_purpose::STANDARD
            .decode(key.expose("derive working keys").trim())
            .ok()
            .filter(|bytes| bytes.len() == 32)
            .ok_or_else(|| Fault::internal("the field key is not 32 bytes in base64"))?;
        let encryption = keyed_hash(&master, b"jianyi field encryption v1")?;
        Ok(Self {
            aead: Aes256Gcm::new_from_slice(&encryption)
                .map_err(|_| Fault::internal("bad key length"))?,
            index_key: Pii::new(keyed_hash(&master, b"jianyi blind index v1")?),
            token_key: Pii::new(keyed_hash(&master, b"jianyi page token v1")?),
        })
    }

    /// Encrypts a value for one place, e.g. `people/{id}/full_name`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the cipher fails, which it does not for values of sane size.
    pub fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut nonce = [0_u8; NONCE_LENGTH];
        rand::rng().fill_bytes(&mut nonce);
        let sealed = self
            .aead
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: value,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| Fault::internal("encryption failed"))?;
        let mut out = Vec::with_capacity(2 + NONCE_LENGTH + sealed.len());
        out.extend_from_slice(&[FORMAT, KEY_VERSION]);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Decrypts what [`FieldCipher::seal`] made for the same place.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it was altered, belongs elsewhere, or another key made it.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let broken =
            || Fault::internal("a sealed field does not open: altered, moved, or another key");
        let [FORMAT, KEY_VERSION, rest @ ..] = sealed else {
            return Err(broken());
        };
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or_else(broken)?;
        self.aead
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: body,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| broken())
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
    pub(crate) fn blind_request(&self, hash: &[u8; 32]) -> Result<[u8; 32], Fault> {
        self.blind("request", hash)
    }

    fn blind(&self, kind: &str, value: &[u8]) -> Result<[u8; 32], Fault> {
        let message = [kind.as_bytes(), &[0], value].concat();
        keyed_hash(self.index_key.expose("blind index"), &message)
    }

    /// The key with which page tokens are authenticated.
    #[must_use]
    pub const fn token_key(&self) -> &Pii<[u8; 32]> {
        &self.token_key
    }
}

fn keyed_hash(key: &[u8], message: &[u8]) -> Result<[u8; 32], Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Fault::internal)?;
    mac.update(message);
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(byte: u8) -> FieldCipher {
        let key = base64::engine::general_purpose::STANDARD.encode([byte; 32]);
        FieldCipher::from_base64(&Pii::new(key)).unwrap()
    }

    #[test]
    fn a_sealed_field_opens_only_in_its_place_with_its_key() {
        let sealed = cipher(1).seal("people/1/name", "张三".as_bytes()).unwrap();
        assert_eq!(
            cipher(1).open_text("people/1/name", &sealed).unwrap(),
            "张三"
        );
        assert!(cipher(1).open("people/2/name", &sealed).is_err());
        assert!(cipher(2).open("people/1/name", &sealed).is_err());
        let mut altered = sealed.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert!(cipher(1).open("people/1/name", &altered).is_err());
        assert!(cipher(1).open("people/1/name", &sealed[..5]).is_err());
        assert_ne!(
            sealed,
            cipher(1).seal("people/1/name", "张三".as_bytes()).unwrap()
        );
    }

    #[test]
    fn blind_indexes_match_by_kind_and_key() {
        let index = |byte, kind| cipher(byte).blind_index(kind, "13800000000").unwrap();
        assert_eq!(index(1, "phone"), index(1, "phone"));
        assert_ne!(index(1, "phone"), index(1, "citizen_id"));
        assert_ne!(index(1, "phone"), index(2, "phone"));
    }
}

//! One key in one cipher: encrypts and decrypts with the nonce in front. Keys are wiped when dropped.

use std::fmt;

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, AesGcm, Nonce};
use hmac::{Hmac, Mac as _};
use jianyi_kernel::Fault;
use rand::RngCore as _;
use sha2::Sha256;
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::Algorithm;

const NONCE_LENGTH: usize = 12;

/// A key, ready to be used.
pub(crate) enum Key {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<AesGcm<Sm4, U12>>),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(█)")
    }
}

impl Key {
    pub(crate) fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Fault> {
        let wrong = |_| Fault::internal(format!("not a key of {algorithm}"));
        Ok(match algorithm {
            Algorithm::Aes256Gcm => {
                Self::Aes(Box::new(Aes256Gcm::new_from_slice(bytes).map_err(wrong)?))
            }
            Algorithm::Sm4Gcm => Self::Sm4(Box::new(AesGcm::new_from_slice(bytes).map_err(wrong)?)),
        })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Aes(_) => Algorithm::Aes256Gcm,
            Self::Sm4(_) => Algorithm::Sm4Gcm,
        }
    }

    /// Appends a fresh nonce and the ciphertext to `out`.
    pub(crate) fn seal(&self, place: &str, value: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        let mut nonce = [0_u8; NONCE_LENGTH];
        rand::rng().fill_bytes(&mut nonce);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&self.encrypt(&nonce, place, value)?);
        Ok(())
    }

    /// Reverses [`Key::seal`]; `None` when it was altered, belongs elsewhere, or another key made it.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LENGTH>()?;
        let nonce = Nonce::from(*nonce);
        let payload = Payload {
            msg: body,
            aad: place.as_bytes(),
        };
        match self {
            Self::Aes(key) => key.decrypt(&nonce, payload),
            Self::Sm4(key) => key.decrypt(&nonce, payload),
        }
        .ok()
    }

    fn encrypt(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        place: &str,
        value: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        let nonce = Nonce::from(*nonce);
        let payload = Payload {
            msg: value,
            aad: place.as_bytes(),
        };
        match self {
            Self::Aes(key) => key.encrypt(&nonce, payload),
            Self::Sm4(key) => key.encrypt(&nonce, payload),
        }
        .map_err(|_| Fault::internal("encryption failed"))
    }
}

/// Random bytes for a key of an algorithm.
pub(crate) fn random_key(algorithm: Algorithm) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0_u8; algorithm.key_length()]);
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// HMAC-SHA-256.
pub(crate) fn keyed_hash(key: &[u8], message: &[u8]) -> Result<[u8; 32], Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Fault::internal)?;
    mac.update(message);
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    }

    /// Encrypts with Latin-1 text as associated data, which is what `place` allows.
    fn sealed(algorithm: Algorithm, key: &str, nonce: &str, plain: &str) -> Vec<u8> {
        Key::new(algorithm, &bytes(key))
            .unwrap()
            .encrypt(
                bytes(nonce).as_slice().try_into().unwrap(),
                "",
                &bytes(plain),
            )
            .unwrap()
    }

    #[test]
    fn aes_256_gcm_agrees_with_the_published_vectors() {
        // McGrew and Viega, test cases 13, 14 and 15, which NIST's validation suite repeats.
        let zero = "00".repeat(32);
        let none = sealed(Algorithm::Aes256Gcm, &zero, &"00".repeat(12), "");
        assert_eq!(none, bytes("530f8afbc74536b9a963b4f1c4cb738b"));
        let one = sealed(
            Algorithm::Aes256Gcm,
            &zero,
            &"00".repeat(12),
            &"00".repeat(16),
        );
        assert_eq!(
            one,
            bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
        );
        let long = sealed(
            Algorithm::Aes256Gcm,
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
        );
        assert_eq!(
            long,
            bytes(
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"
            )
        );
    }

    #[test]
    fn sm4_gcm_agrees_with_rfc_8998() {
        // RFC 8998, appendix A.1. Its associated data is not text, so the cipher is asked directly.
        let key = Key::new(
            Algorithm::Sm4Gcm,
            &bytes("0123456789abcdeffedcba9876543210"),
        )
        .unwrap();
        let Key::Sm4(cipher) = &key else {
            panic!("an SM4 key")
        };
        let plain = bytes(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        );
        let nonce: [u8; 12] = bytes("00001234567800000000abcd").try_into().unwrap();
        let sealed = cipher
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: &plain,
                    aad: &bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                },
            )
            .unwrap();
        assert_eq!(
            sealed,
            bytes(
                "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
            )
        );
    }

    #[test]
    fn a_key_of_the_wrong_length_is_refused() {
        assert!(Key::new(Algorithm::Aes256Gcm, &[0; 16]).is_err());
        assert!(Key::new(Algorithm::Sm4Gcm, &[0; 32]).is_err());
    }
}

//! A key of one subject's own: destroy it, and everything under it is unreadable for ever.
//!
//! The wrapped key is sealed with the keyring, so turning the data key re-wraps a few bytes per
//! subject and leaves the subject's values alone. It is a secret from which each cipher's key derives,
//! so a change of cipher needs no new key.

use std::fmt;

use jianyi_kernel::Fault;
use zeroize::Zeroizing;

use crate::aead::{Key, keyed_hash, random_key};
use crate::keyring::{Keyring, broken};
use crate::sealed::{self, SealedWith};
use crate::{Algorithm, FieldCipher};

/// Seals and opens the fields of one subject.
#[derive(Clone)]
pub struct SubjectCipher {
    secret: Zeroizing<Vec<u8>>,
    ring: Keyring,
}

impl fmt::Debug for SubjectCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectCipher(█)")
    }
}

impl FieldCipher {
    /// Where a subject's wrapped key belongs.
    fn key_place(subject: &str) -> String {
        format!("subject_keys/{subject}")
    }

    /// A new key for a subject, e.g. `people/{id}`, and its wrapped form, to be stored apart from the
    /// values it protects.
    ///
    /// # Errors
    /// As [`FieldCipher::seal`].
    pub fn new_subject(&self, subject: &str) -> Result<(SubjectCipher, Vec<u8>), Fault> {
        let secret = random_key(Algorithm::Aes256Gcm);
        let wrapped = self.seal(&Self::key_place(subject), &secret)?;
        let own = SubjectCipher {
            secret,
            ring: self.keyring().clone(),
        };
        Ok((own, wrapped))
    }

    /// The subject's key from its wrapped form.
    ///
    /// # Errors
    /// As [`FieldCipher::open`].
    pub fn subject(&self, subject: &str, wrapped: &[u8]) -> Result<SubjectCipher, Fault> {
        let secret = Zeroizing::new(self.open(&Self::key_place(subject), wrapped)?);
        Ok(SubjectCipher {
            secret,
            ring: self.keyring().clone(),
        })
    }
}

impl SubjectCipher {
    /// Encrypts a value for one place, e.g. `people/{id}/full_name`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the cipher fails, which it does not for values of sane size.
    pub fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
        let algorithm = self.ring.algorithm()?;
        let mut out = SealedWith::Subject(algorithm).header();
        self.key(algorithm)?.seal(place, value, &mut out)?;
        Ok(out)
    }

    /// Decrypts what was sealed for the same place: by this subject's key or, from the time before the
    /// subject had one, by the service's.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it was altered, belongs elsewhere, or another key made it.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        match sealed::split(sealed) {
            Some((SealedWith::Subject(algorithm), body)) => {
                self.key(algorithm)?.open(place, body).ok_or_else(broken)
            }
            Some((SealedWith::Derived | SealedWith::Version(..), _)) => {
                self.ring.open(place, sealed)
            }
            None => Err(broken()),
        }
    }

    /// [`SubjectCipher::open`] for text.
    ///
    /// # Errors
    /// As [`SubjectCipher::open`], and when the content is not UTF-8.
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String, Fault> {
        String::from_utf8(self.open(place, sealed)?).map_err(Fault::internal)
    }

    fn key(&self, algorithm: Algorithm) -> Result<Key, Fault> {
        let purpose = format!("jianyi subject key v1 {algorithm}");
        let bytes = Zeroizing::new(keyed_hash(&self.secret, purpose.as_bytes())?);
        let (key, _) = bytes.split_at(algorithm.key_length());
        Key::new(algorithm, key)
    }
}

#[cfg(test)]
mod tests {
    use crate::field_cipher::tests::{cipher, turn};
    use crate::{Algorithm, SealedWith};

    #[test]
    fn a_subjects_values_need_the_subjects_key() {
        let cipher = cipher(1, Algorithm::Sm4Gcm);
        let (one, wrapped) = cipher.new_subject("people/1").unwrap();
        let (other, _) = cipher.new_subject("people/2").unwrap();
        let sealed = one.seal("people/1/full_name", "张三".as_bytes()).unwrap();
        assert_eq!(
            SealedWith::read(&sealed),
            Some(SealedWith::Subject(Algorithm::Sm4Gcm))
        );
        let again = cipher.subject("people/1", &wrapped).unwrap();
        assert_eq!(
            again.open_text("people/1/full_name", &sealed).unwrap(),
            "张三"
        );
        assert!(other.open("people/1/full_name", &sealed).is_err());
        assert!(one.open("people/1/phone", &sealed).is_err());
        // Without the wrapped key the service itself cannot read it, and a wrapped key fits one subject.
        assert!(cipher.open("people/1/full_name", &sealed).is_err());
        assert!(cipher.subject("people/2", &wrapped).is_err());
        // From before the subject had a key.
        let early = cipher.seal("people/1/phone", b"x").unwrap();
        assert_eq!(one.open("people/1/phone", &early).unwrap(), b"x");
        // The cipher changes with the data key, the subject's key stays.
        turn(&cipher, 2, Algorithm::Aes256Gcm);
        let later = again.seal("people/1/phone", b"y").unwrap();
        assert_eq!(
            SealedWith::read(&later),
            Some(SealedWith::Subject(Algorithm::Aes256Gcm))
        );
        assert_eq!(one.open("people/1/phone", &later).unwrap(), b"y");
        assert_eq!(
            one.open_text("people/1/full_name", &sealed).unwrap(),
            "张三"
        );
    }
}

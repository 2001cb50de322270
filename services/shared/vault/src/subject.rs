//! A key of one subject's own: destroy it, and everything under it is unreadable for ever.
//!
//! The wrapped key is sealed with the keyring, so turning the data key re-wraps a few bytes per
//! subject and leaves the subject's values alone.

use std::fmt;
use std::sync::Arc;

use jianyi_kernel::Fault;
use zeroize::Zeroizing;

use crate::aead::{Key, random_key};
use crate::keyring::{Keyring, broken};
use crate::sealed::{self, SealedWith};
use crate::{Algorithm, FieldCipher};

/// Seals and opens the fields of one subject.
#[derive(Clone)]
pub struct SubjectCipher {
    key: Arc<Key>,
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
        let algorithm = self.keyring().algorithm()?;
        let bytes = random_key(algorithm);
        let mut labelled = Zeroizing::new(vec![algorithm.code()]);
        labelled.extend_from_slice(&bytes);
        let wrapped = self.seal(&Self::key_place(subject), &labelled)?;
        let key = Key::new(algorithm, &bytes)?;
        Ok((self.with_key(key), wrapped))
    }

    /// The subject's key from its wrapped form.
    ///
    /// # Errors
    /// As [`FieldCipher::open`].
    pub fn subject(&self, subject: &str, wrapped: &[u8]) -> Result<SubjectCipher, Fault> {
        let labelled = Zeroizing::new(self.open(&Self::key_place(subject), wrapped)?);
        let (code, bytes) = labelled.split_first().ok_or_else(broken)?;
        let algorithm = Algorithm::of_code(*code).ok_or_else(broken)?;
        Ok(self.with_key(Key::new(algorithm, bytes)?))
    }

    fn with_key(&self, key: Key) -> SubjectCipher {
        SubjectCipher {
            key: Arc::new(key),
            ring: self.keyring().clone(),
        }
    }
}

impl SubjectCipher {
    /// Encrypts a value for one place, e.g. `people/{id}/full_name`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the cipher fails, which it does not for values of sane size.
    pub fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut out = SealedWith::Subject(self.key.algorithm()).header();
        self.key.seal(place, value, &mut out)?;
        Ok(out)
    }

    /// Decrypts what was sealed for the same place: by this subject's key or, from the time before the
    /// subject had one, by the service's.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it was altered, belongs elsewhere, or another key made it.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        match sealed::split(sealed) {
            Some((SealedWith::Subject(algorithm), body)) if algorithm == self.key.algorithm() => {
                self.key.open(place, body).ok_or_else(broken)
            }
            _ => self.ring.open(place, sealed),
        }
    }

    /// [`SubjectCipher::open`] for text.
    ///
    /// # Errors
    /// As [`SubjectCipher::open`], and when the content is not UTF-8.
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String, Fault> {
        String::from_utf8(self.open(place, sealed)?).map_err(Fault::internal)
    }
}

#[cfg(test)]
mod tests {
    use crate::field_cipher::tests::cipher;
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
    }
}

//! How a sealed value begins: which scheme, which cipher, which key.

use crate::Algorithm;

/// One key derived from the field key, before there were data keys; never written any more.
pub(crate) const DERIVED: u8 = 1;
/// A data key of the keyring: format, algorithm, version (u32, big-endian), nonce, ciphertext.
pub(crate) const KEYRING: u8 = 2;
/// A subject's own key: format, algorithm, nonce, ciphertext.
pub(crate) const SUBJECT: u8 = 3;

/// The second byte of values with the derived key.
const DERIVED_VERSION: u8 = 1;

/// Which key sealed a value, read from its header alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SealedWith {
    /// The key derived from the field key, as before there were data keys.
    Derived,
    /// This version of the data keys.
    Version(u32, Algorithm),
    /// The key of the subject that the value belongs to.
    Subject(Algorithm),
}

impl SealedWith {
    /// Reads the header; `None` when it is none.
    #[must_use]
    pub fn read(sealed: &[u8]) -> Option<Self> {
        split(sealed).map(|(with, _)| with)
    }

    /// What values sealed so begin with.
    #[must_use]
    pub fn header(self) -> Vec<u8> {
        match self {
            Self::Derived => vec![DERIVED, DERIVED_VERSION],
            Self::Version(version, algorithm) => {
                let mut out = vec![KEYRING, algorithm.code()];
                out.extend_from_slice(&version.to_be_bytes());
                out
            }
            Self::Subject(algorithm) => vec![SUBJECT, algorithm.code()],
        }
    }
}

/// The header and what follows it.
pub(crate) fn split(sealed: &[u8]) -> Option<(SealedWith, &[u8])> {
    match sealed {
        [DERIVED, DERIVED_VERSION, rest @ ..] => Some((SealedWith::Derived, rest)),
        [KEYRING, code, rest @ ..] => {
            let algorithm = Algorithm::of_code(*code)?;
            let (version, rest) = rest.split_first_chunk::<4>()?;
            let version = u32::from_be_bytes(*version);
            Some((SealedWith::Version(version, algorithm), rest))
        }
        [SUBJECT, code, rest @ ..] => Some((SealedWith::Subject(Algorithm::of_code(*code)?), rest)),
        _ => None,
    }
}

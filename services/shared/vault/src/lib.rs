//! Keys and ciphers: what protects personal fields, and what finds them again without reading them.
//!
//! Charter: turns bytes into sealed bytes and back, and words into tokens. Knows no database, no
//! clock and no business noun; whoever stores keys hands them in (ADR 0012).

mod aead;
mod algorithm;
mod field_cipher;
mod keyring;
pub mod parcel;
mod provider;
mod sealed;
pub mod search;
mod subject;

pub use algorithm::Algorithm;
pub use field_cipher::FieldCipher;
pub use keyring::{Keyring, NewKey};
pub use provider::{FileKey, KeyProvider};
pub use sealed::SealedWith;
pub use subject::SubjectCipher;

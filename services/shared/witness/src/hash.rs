//! The hash functions of the tree: leaves and nodes never hash alike, and entries are keyed first.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jianyi_kernel::Pii;
use sha2::{Digest as _, Sha256};
use sm3::Sm3;

use crate::Entry;

/// What a hash function answers.
pub type Hash = [u8; 32];

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// Which hash function a log uses; fixed when the log begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HashKind {
    /// SHA-256, FIPS 180-4.
    #[default]
    Sha256,
    /// SM3, GB/T 32905.
    Sm3,
}

impl HashKind {
    /// The name in tables and configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }

    /// The hash of a leaf; what it is a leaf of was keyed before.
    #[must_use]
    pub fn leaf(self, mac: &Hash) -> Hash {
        self.digest(&[&[LEAF], mac])
    }

    /// The hash of two subtrees side by side.
    #[must_use]
    pub fn node(self, left: &Hash, right: &Hash) -> Hash {
        self.digest(&[&[NODE], left, right])
    }

    /// The root of a tree without leaves.
    #[must_use]
    pub fn empty(self) -> Hash {
        self.digest(&[])
    }

    fn digest(self, parts: &[&[u8]]) -> Hash {
        match self {
            Self::Sha256 => parts
                .iter()
                .fold(Sha256::new(), Sha256::chain_update)
                .finalize()
                .into(),
            Self::Sm3 => parts
                .iter()
                .fold(Sm3::new(), Sm3::chain_update)
                .finalize()
                .into(),
        }
    }
}

impl fmt::Display for HashKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is not that of a hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hash is `sha256` or `sm3`")]
pub struct UnknownHash;

impl FromStr for HashKind {
    type Err = UnknownHash;

    fn from_str(name: &str) -> Result<Self, UnknownHash> {
        match name {
            "sha256" => Ok(Self::Sha256),
            "sm3" => Ok(Self::Sm3),
            _ => Err(UnknownHash),
        }
    }
}

/// Keys entries before they become leaves. A hash without key could be guessed back to what was hashed,
/// and whoever may write the table but not read the key could add entries that look genuine.
#[derive(Debug, Clone)]
pub struct LeafKey {
    kind: HashKind,
    key: Pii<[u8; 32]>,
}

impl LeafKey {
    /// A key for a log of this kind.
    #[must_use]
    pub const fn new(kind: HashKind, key: Pii<[u8; 32]>) -> Self {
        Self { kind, key }
    }

    /// The hash function of the log.
    #[must_use]
    pub const fn kind(&self) -> HashKind {
        self.kind
    }

    /// The keyed hash of an entry, which the writer stores beside it.
    #[must_use]
    pub fn mac(&self, entry: &Entry<'_>) -> Hash {
        let bytes = entry.canonical();
        // HMAC's own rule: a key shorter than a block is filled up with zeros.
        let mut key = [0_u8; 64];
        key[..32].copy_from_slice(self.key.expose("key the entry"));
        match self.kind {
            HashKind::Sha256 => Hmac::<Sha256>::new(&key.into())
                .chain_update(bytes)
                .finalize()
                .into_bytes()
                .into(),
            HashKind::Sm3 => Hmac::<Sm3>::new(&key.into())
                .chain_update(bytes)
                .finalize()
                .into_bytes()
                .into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g04_the_hash_functions_are_the_standards() {
        let hex = |hash: Hash| hash.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            hex(HashKind::Sha256.digest(&[b"abc"])),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex(HashKind::Sm3.digest(&[b"a", b"bc"])),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        // A node's hash is no leaf's, whatever it is made of.
        for kind in [HashKind::Sha256, HashKind::Sm3] {
            assert_ne!(kind.leaf(&[7; 32]), kind.digest(&[&[7; 32]]));
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("md5".parse::<HashKind>(), Err(UnknownHash));
    }
}

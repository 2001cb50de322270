//! What a log says about itself at one moment, signed: so many entries, this root, this head before.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jianyi_kernel::{Pii, Timestamp};

use crate::entry::part;
use crate::{Hash, HashKind};

const DOMAIN: &[u8] = b"jianyi audit head v1";

/// A head before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose log it is: `care`, `member/410611`.
    pub instance: String,
    /// The hash function of the tree.
    pub kind: HashKind,
    /// How many entries the tree has.
    pub tree_size: u64,
    /// Its root.
    pub root: Hash,
    /// The size of the head before; 0 for the first.
    pub previous_size: u64,
    /// The root of the head before; that of the empty tree for the first.
    pub previous_root: Hash,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// A head with the signature over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// What was signed.
    pub head: Head,
    /// Ed25519 public key that verifies it.
    pub public_key: [u8; 32],
    /// The signature.
    pub signature: [u8; 64],
}

impl Head {
    fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        part(&mut bytes, DOMAIN);
        part(&mut bytes, self.instance.as_bytes());
        part(&mut bytes, self.kind.as_str().as_bytes());
        part(&mut bytes, &self.tree_size.to_be_bytes());
        part(&mut bytes, &self.root);
        part(&mut bytes, &self.previous_size.to_be_bytes());
        part(&mut bytes, &self.previous_root);
        let nanos = self.signed_at.as_offset().unix_timestamp_nanos();
        part(&mut bytes, &nanos.to_be_bytes());
        bytes
    }
}

impl SignedHead {
    /// Whether the signature is that of the public key over exactly this head.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        VerifyingKey::from_bytes(&self.public_key).is_ok_and(|key| {
            key.verify_strict(
                &self.head.canonical(),
                &Signature::from_bytes(&self.signature),
            )
            .is_ok()
        })
    }
}

/// The private key of a log.
#[derive(Debug)]
pub struct HeadKey(Pii<[u8; 32]>);

impl HeadKey {
    /// From its 32 secret bytes.
    #[must_use]
    pub const fn new(secret: Pii<[u8; 32]>) -> Self {
        Self(secret)
    }

    /// The public part.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.key().verifying_key().to_bytes()
    }

    /// Signs a head.
    #[must_use]
    pub fn sign(&self, head: Head) -> SignedHead {
        let key = self.key();
        SignedHead {
            public_key: key.verifying_key().to_bytes(),
            signature: key.sign(&head.canonical()).to_bytes(),
            head,
        }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_bytes(self.0.expose("sign a head"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g04_a_signature_is_for_one_head_only() {
        let key = HeadKey::new(Pii::new([7; 32]));
        let head = Head {
            instance: "care".into(),
            kind: HashKind::Sha256,
            tree_size: 3,
            root: [1; 32],
            previous_size: 2,
            previous_root: [2; 32],
            signed_at: Timestamp::from_unix(1_735_603_200, 0).unwrap(),
        };
        let signed = key.sign(head);
        assert!(signed.is_genuine());
        assert_eq!(signed.public_key, key.public());
        let changes: [fn(&mut SignedHead); 5] = [
            |signed| signed.head.tree_size = 4,
            |signed| signed.head.root = [9; 32],
            |signed| signed.head.instance = "member".into(),
            |signed| signed.signature[0] ^= 1,
            |signed| signed.public_key = HeadKey::new(Pii::new([8; 32])).public(),
        ];
        for change in changes {
            let mut forged = signed.clone();
            change(&mut forged);
            assert!(!forged.is_genuine());
        }
    }
}

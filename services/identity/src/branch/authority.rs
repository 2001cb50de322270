//! The city's word to its branches: signed by one key, believed by nobody's leave but that key's.
//!
//! Streams carry what anybody with a login at a broker may write. What makes an account is therefore signed; and it is
//! not signed with the keys of tokens, which come and go and would have to vouch for each other.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jianyi_db::FieldCipher;
use jianyi_kernel::{Clock, Division, Fault, Id, IdKind, Pii, Timestamp};
use rand::RngCore as _;

use crate::domain::AccountKind;
use crate::signing::SigningKeyKind;

/// Marker of authorities.
pub(crate) enum AuthorityKind {}

impl IdKind for AuthorityKind {
    const COLLECTION: &'static str = "authorities";
}

/// The authority as it is stored.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(crate) id: Id<AuthorityKind>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) sealed_private_key: Vec<u8>,
}

fn place(id: Id<AuthorityKind>) -> String {
    format!("authority_keys/{id}/private_key")
}

impl Authority {
    /// A fresh one.
    pub(crate) fn generate(clock: &Clock, cipher: &FieldCipher) -> Result<Self, Fault> {
        let id = clock.new_id();
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        let key = SigningKey::from_bytes(&secret);
        Ok(Self {
            id,
            public_key: key.verifying_key().to_bytes().to_vec(),
            sealed_private_key: cipher.seal(&place(id), &secret)?,
        })
    }

    /// The public half, for branches to believe.
    pub(crate) fn public(&self) -> Result<[u8; 32], Fault> {
        let public = self.public_key.as_slice();
        public
            .try_into()
            .map_err(|_| Fault::internal("an authority's public key is not 32 bytes"))
    }

    /// Says something.
    pub(crate) fn sign(
        &self,
        cipher: &FieldCipher,
        statement: &Statement<'_>,
    ) -> Result<Vec<u8>, Fault> {
        let secret = Pii::new(cipher.open(&place(self.id), &self.sealed_private_key)?);
        let secret: &[u8; 32] = secret
            .expose("sign")
            .as_slice()
            .try_into()
            .map_err(|_| Fault::internal("an authority's private key is not 32 bytes"))?;
        let key = SigningKey::from_bytes(secret);
        Ok(key.sign(&statement.bytes()).to_bytes().to_vec())
    }
}

/// What the city says to branches.
#[derive(Debug)]
pub(crate) enum Statement<'a> {
    /// What a branch may go by for an account, until when.
    Published {
        county: &'a Division,
        account: Id<AccountKind>,
        version: i64,
        valid_until: Timestamp,
        parcel: &'a [u8],
    },
    /// An account was taken back.
    Retracted {
        county: &'a Division,
        account: Id<AccountKind>,
        version: i64,
    },
    /// A key of the city's tokens.
    Key {
        id: Id<SigningKeyKind>,
        version: i64,
        public_key: &'a [u8],
        retired_at: Option<Timestamp>,
    },
}

impl Statement<'_> {
    /// What a parcel is sealed about: no copy opens in the place of another.
    pub(crate) fn about(county: &Division, account: Id<AccountKind>, version: i64) -> String {
        format!("branches/{county}/{}/{version}", account.name())
    }

    /// Every text ends in a line of its own and bytes come last, so that no two statements have the same form.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Published {
                county,
                account,
                version,
                valid_until,
                parcel,
            } => {
                let about = Self::about(county, *account, *version);
                let (seconds, nanos) = valid_until.to_unix();
                let head = format!("jianyi published\n{about}\n{seconds}.{nanos}\n");
                [head.as_bytes(), parcel].concat()
            }
            Self::Retracted {
                county,
                account,
                version,
            } => {
                let about = Self::about(county, *account, *version);
                format!("jianyi retracted\n{about}\n").into_bytes()
            }
            Self::Key {
                id,
                version,
                public_key,
                retired_at,
            } => {
                let retired = retired_at.map_or_else(String::new, |at| {
                    let (seconds, nanos) = at.to_unix();
                    format!("{seconds}.{nanos}")
                });
                let head = format!("jianyi key\n{}/{version}\n{retired}\n", id.name());
                [head.as_bytes(), public_key].concat()
            }
        }
    }
}

/// Whether the authority with this public key said so.
pub(crate) fn is_said_by(
    authority: &[u8; 32],
    statement: &Statement<'_>,
    signature: &[u8],
) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(authority) else {
        return false;
    };
    Signature::from_slice(signature)
        .is_ok_and(|signature| key.verify_strict(&statement.bytes(), &signature).is_ok())
}

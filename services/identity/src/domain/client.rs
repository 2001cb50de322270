//! Programs of agencies, each bound to methods and divisions, and proved by a key or a certificate (G20).

use jianyi_kernel::{Division, Id, IdKind, Timestamp};

use super::Error;

/// Marker of clients.
pub(crate) enum ClientKind {}

impl IdKind for ClientKind {
    const COLLECTION: &'static str = "clients";
}

/// A registered program.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: Id<ClientKind>,
    pub(crate) created_at: Timestamp,
    /// As the contract spells it.
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) role: String,
    pub(crate) methods: Vec<String>,
    pub(crate) divisions: Vec<Division>,
    pub(crate) key: NewKey,
    pub(crate) valid_until: Timestamp,
    pub(crate) registered_by: String,
    pub(crate) disabled_at: Option<Timestamp>,
}

/// What a client proves itself by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewKey {
    /// A JWK.
    pub(crate) public_key: Option<String>,
    /// In lower-case hexadecimal.
    pub(crate) certificate_sha256: Option<String>,
}

impl Client {
    /// Whether it may get tokens.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        self.disabled_at.is_none() && now < self.valid_until
    }

    /// Gives it another key.
    pub(crate) fn with_key(mut self, key: NewKey) -> Result<Self, Error> {
        if self.disabled_at.is_some() {
            return Err(Error::ClientDisabled);
        }
        self.key = key;
        Ok(self)
    }

    /// Ends it for good.
    pub(crate) fn disable(mut self, now: Timestamp) -> Result<Self, Error> {
        if self.disabled_at.is_some() {
            return Err(Error::ClientDisabled);
        }
        self.disabled_at = Some(now);
        Ok(self)
    }
}

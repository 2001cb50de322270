//! The data keys of one database: many versions open, one seals.
//!
//! A clone shares its keys with the original, so that a refresh reaches everybody. Locks are held for
//! the look-up of a key and never across a cipher or an await.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jianyi_kernel::Fault;

use crate::aead::{Key, random_key};
use crate::sealed::{self, SealedWith};
use crate::{Algorithm, KeyProvider};

/// A data key that was just made, to be stored.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its cipher.
    pub algorithm: Algorithm,
    /// Who wrapped it.
    pub provider_key_id: String,
    /// The key, readable by that provider alone.
    pub wrapped: Vec<u8>,
}

/// Data keys by version.
#[derive(Clone)]
pub struct Keyring {
    provider: Arc<dyn KeyProvider>,
    derived: Arc<Key>,
    keys: Arc<RwLock<Keys>>,
}

#[derive(Default)]
struct Keys {
    versions: BTreeMap<u32, Arc<Key>>,
    active: u32,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring(active {})", self.active())
    }
}

impl Keyring {
    /// A ring without data keys yet: it opens what the derived key sealed, and seals nothing.
    ///
    /// # Errors
    /// What the provider answers.
    pub fn new(provider: Arc<dyn KeyProvider>) -> Result<Self, Fault> {
        let derived = provider.derive("jianyi field encryption v1")?;
        Ok(Self {
            derived: Arc::new(Key::new(Algorithm::Aes256Gcm, derived.as_slice())?),
            provider,
            keys: Arc::default(),
        })
    }

    /// Makes a key, wrapped. It takes part once it is stored and [installed](Self::install).
    ///
    /// # Errors
    /// What the provider answers.
    pub fn generate(&self, algorithm: Algorithm) -> Result<NewKey, Fault> {
        Ok(NewKey {
            algorithm,
            provider_key_id: self.provider.id(),
            wrapped: self.provider.wrap(&random_key(algorithm))?,
        })
    }

    /// Lets a stored key open values. A version already there is left alone.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the key was wrapped with another field key.
    pub fn install(&self, version: u32, algorithm: Algorithm, wrapped: &[u8]) -> Result<(), Fault> {
        if self.read().versions.contains_key(&version) {
            return Ok(());
        }
        let key = Key::new(algorithm, &self.provider.unwrap(wrapped)?)?;
        self.write().versions.insert(version, Arc::new(key));
        Ok(())
    }

    /// Lets an installed key seal from now on. There is no way back to an older one.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is not installed.
    pub fn activate(&self, version: u32) -> Result<(), Fault> {
        let mut keys = self.write();
        if !keys.versions.contains_key(&version) {
            return Err(Fault::internal(
                "a data key that is not installed cannot seal",
            ));
        }
        keys.active = keys.active.max(version);
        Ok(())
    }

    /// The version that seals; 0 when none does yet.
    #[must_use]
    pub fn active(&self) -> u32 {
        self.read().active
    }

    /// The newest version that opens; 0 when none does yet.
    #[must_use]
    pub fn newest(&self) -> u32 {
        self.read()
            .versions
            .keys()
            .next_back()
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
        let (version, key) = self.sealing()?;
        let mut out = SealedWith::Version(version, key.algorithm()).header();
        key.seal(place, value, &mut out)?;
        Ok(out)
    }

    /// What seals now.
    ///
    /// # Errors
    /// [`Fault::Internal`] before the data keys are loaded.
    pub fn sealing_with(&self) -> Result<SealedWith, Fault> {
        let (version, key) = self.sealing()?;
        Ok(SealedWith::Version(version, key.algorithm()))
    }

    pub(crate) fn algorithm(&self) -> Result<Algorithm, Fault> {
        Ok(self.sealing()?.1.algorithm())
    }

    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let (with, body) = sealed::split(sealed).ok_or_else(broken)?;
        match with {
            SealedWith::Derived => self.derived.open(place, body),
            SealedWith::Version(version, algorithm) => {
                let key = self.opening(version)?;
                if key.algorithm() == algorithm {
                    key.open(place, body)
                } else {
                    None
                }
            }
            SealedWith::Subject(_) => None,
        }
        .ok_or_else(broken)
    }

    pub(crate) fn provider(&self) -> &dyn KeyProvider {
        self.provider.as_ref()
    }

    fn sealing(&self) -> Result<(u32, Arc<Key>), Fault> {
        let keys = self.read();
        keys.versions
            .get(&keys.active)
            .map(|key| (keys.active, Arc::clone(key)))
            .ok_or_else(|| Fault::internal("the data keys are not loaded yet"))
    }

    /// A version newer than all known was made by another process a moment ago: the refresh brings it.
    fn opening(&self, version: u32) -> Result<Arc<Key>, Fault> {
        let keys = self.read();
        if let Some(key) = keys.versions.get(&version) {
            return Ok(Arc::clone(key));
        }
        match keys.versions.keys().next_back() {
            Some(newest) if *newest > version => Err(broken()),
            Some(_) | None => Err(Fault::Unavailable("a new data key".into())),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Keys> {
        // The map is only ever added to, so a panicking writer leaves nothing half done.
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Keys> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn broken() -> Fault {
    Fault::internal("a sealed field does not open: altered, moved, or another key")
}

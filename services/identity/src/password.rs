//! Argon2id, off the async threads and never more than a few at once: each takes 19 MiB and a core.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use jianyi_kernel::{Fault, Pii};
use tokio::sync::Semaphore;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes at once.
const AT_ONCE: usize = 2;
/// Hashes waiting before more are sent away: about three seconds of work.
const WAITING: usize = 64;
const COME_BACK: Duration = Duration::from_secs(2);

/// What a password is compared with when there is no account: the same work, never a match.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCE$wNhZrvqpwDy1QcNBnFQmVL8N2yNB1SHTKhvzJnAcFFE";

/// Hashes and verifies passwords.
#[derive(Debug, Clone)]
pub(crate) struct Hasher {
    queue: Arc<Semaphore>,
    cores: Arc<Semaphore>,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        Self {
            queue: Arc::new(Semaphore::new(WAITING)),
            cores: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// What stands in the place of a hash where there is nobody to be let in.
    pub(crate) fn nobody() -> Pii<String> {
        Pii::new(NOBODY.into())
    }

    /// A PHC string with a salt of its own.
    pub(crate) async fn hash(&self, password: &Pii<String>) -> Result<Pii<String>, Fault> {
        let password = password.clone();
        self.work(move || {
            let hash = argon2()?
                .hash_password(password.expose("hash").as_bytes())
                .map_err(|error| Fault::internal(error.to_string()))?;
            Ok(Pii::new(hash.to_string()))
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it takes as long and says no.
    pub(crate) async fn verify(
        &self,
        password: &Pii<String>,
        hash: Option<&Pii<String>>,
    ) -> Result<bool, Fault> {
        let password = password.clone();
        let known = hash.is_some();
        let hash = hash.cloned().unwrap_or_else(|| Pii::new(NOBODY.into()));
        self.work(move || {
            let hash = PasswordHash::new(hash.expose("verify"))
                .map_err(|error| Fault::internal(error.to_string()))?;
            let right = argon2()?
                .verify_password(password.expose("verify").as_bytes(), &hash)
                .is_ok();
            Ok(right && known)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let _place = self
            .queue
            .try_acquire()
            .map_err(|_| Fault::Busy(COME_BACK))?;
        let _core = self.cores.acquire().await.map_err(Fault::internal)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(Fault::internal)?
    }
}

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Fault::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_nobody_fits_none() {
        let hasher = Hasher::new();
        let password = Pii::new("correct horse".to_owned());
        let hash = hasher.hash(&password).await.unwrap();
        assert!(
            hash.expose("test")
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert_ne!(hash, hasher.hash(&password).await.unwrap());
        assert!(hasher.verify(&password, Some(&hash)).await.unwrap());
        assert!(
            !hasher
                .verify(&Pii::new("wrong".into()), Some(&hash))
                .await
                .unwrap()
        );
        // The stand-in must parse, or an unknown account would answer at once.
        assert!(!hasher.verify(&password, None).await.unwrap());
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert!(argon2().unwrap().verify_password(b"", &nobody).is_err());
    }
}

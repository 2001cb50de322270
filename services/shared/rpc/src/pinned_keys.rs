//! Identity's public keys out of a file: for a site that identity cannot be asked from.
//!
//! Why a file: a county checks tokens while the city cannot be reached, and was given the keys when it joined.

use std::path::PathBuf;
use std::sync::Arc;

use jianyi_kernel::Fault;

use crate::KeyFetcher;

/// The file of an address `file:PATH`; `None` for one that is called.
#[must_use]
pub fn pinned_keys(url: &str) -> Option<KeyFetcher> {
    let path = PathBuf::from(url.strip_prefix("file:")?);
    Some(Arc::new(move || {
        let path = path.clone();
        Box::pin(async move {
            let read = tokio::fs::read_to_string(&path).await;
            read.map_err(|error| {
                Fault::Unavailable(format!("identity's keys in {}: {error}", path.display()))
            })
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keys_come_from_the_file_as_it_is_now() {
        assert!(pinned_keys("https://identity:8650").is_none());
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "old").unwrap();
        let fetch = pinned_keys(&format!("file:{}", file.path().display())).unwrap();
        assert_eq!(fetch().await.unwrap(), "old");
        std::fs::write(file.path(), "new").unwrap();
        assert_eq!(fetch().await.unwrap(), "new");
        file.close().unwrap();
        assert!(matches!(fetch().await, Err(Fault::Unavailable(_))));
    }
}

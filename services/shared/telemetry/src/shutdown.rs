//! The one signal that ends a process, or a part of it.

use tokio_util::sync::CancellationToken;

/// Tells everybody who holds a clone that it is time to finish; once told, for ever told.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// A signal not yet given.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal, to all clones and children. A second time is harmless.
    pub fn trigger(&self) {
        self.0.cancel();
    }

    /// Resolves once the signal is given.
    pub async fn wait(&self) {
        self.0.cancelled().await;
    }

    /// Whether the signal was given.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.0.is_cancelled()
    }

    /// A signal for a part: it falls with this one, and may fall alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self(self.0.child_token())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_child_falls_with_its_parent_and_alone_without_it() {
        let parent = Shutdown::new();
        let (first, second) = (parent.child(), parent.child());
        first.trigger();
        first.wait().await;
        assert!(!parent.is_triggered());
        assert!(!second.is_triggered());
        parent.clone().trigger();
        second.wait().await;
        assert!(parent.is_triggered());
    }
}

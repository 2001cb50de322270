//! A string that never shows itself in debug output, because structs that hold it are logged.

use std::fmt;

/// A password or key in memory.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Hides it.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Shows it, to whoever must hand it on.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("█")
    }
}

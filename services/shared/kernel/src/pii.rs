//! A wrapper that personal data and secrets wear, so that printing them by accident prints a block.

use std::fmt;

/// Personal data or a secret. `Debug` and `Display` print `█`; reading it takes a purpose, which
/// makes every reading findable by `grep expose`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Hands the value out. The purpose is for the reader of the code and is not recorded.
    pub const fn expose(&self, _purpose: &'static str) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("█")
    }
}

impl<T> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("█")
    }
}

impl<T: std::str::FromStr> std::str::FromStr for Pii<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

//! Login through an outside provider (`OpenID` Connect): who it is, how it is asked, what its word comes to.
//!
//! All of it is network, so none of it happens while a unit of work is open: handlers call the provider first.

mod http;
mod provider;
mod settings;

use jianyi_kernel::{Fault, Pii};

pub(crate) use provider::Provider;
pub(crate) use settings::OidcSettings;

/// Everything that is wrong with what comes back from outside is one answer.
pub(crate) const REFUSED: Fault = Fault::Unauthenticated("LOGIN_FAILED");

/// Somebody at a provider.
#[derive(Debug)]
pub(crate) struct Outside {
    /// The provider, `iss`.
    pub(crate) issuer: String,
    /// Who it is there, `sub`.
    pub(crate) subject: Pii<String>,
}

/// A login that was begun: what must come back, and what the provider's answer must fit.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) state: Pii<String>,
    pub(crate) secrets: Secrets,
}

/// What is kept of a login until the browser comes back.
#[derive(Debug)]
pub(crate) struct Secrets {
    pub(crate) verifier: Pii<String>,
    pub(crate) nonce: Pii<String>,
}

/// What the provider said and proved.
#[derive(Debug)]
pub(crate) struct Proven {
    pub(crate) who: Outside,
    /// Whether it asked for a second factor, in a way that was configured to count.
    pub(crate) strong: bool,
}

//! The tables of identity, one file each.

pub(crate) mod account_grants;
pub(crate) mod accounts;
pub(crate) mod login_attempts;
pub(crate) mod minted_tokens;
pub(crate) mod signing_keys;

//! The tables of identity, one file each.

pub(crate) mod account_grants;
pub(crate) mod accounts;
pub(crate) mod assertions;
pub(crate) mod clients;
pub(crate) mod login_attempts;
pub(crate) mod minted_tokens;
pub(crate) mod password_history;
pub(crate) mod recovery_codes;
pub(crate) mod refresh_tokens;
pub(crate) mod sessions;
pub(crate) mod signing_keys;

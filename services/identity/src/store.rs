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

use jianyi_db::SealedColumn;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 6] = [
    SealedColumn::new("accounts", "sealed_label", "accounts/{id}/label"),
    SealedColumn::new("accounts", "sealed_password", "accounts/{id}/password"),
    SealedColumn::new("accounts", "sealed_totp", "accounts/{id}/totp"),
    SealedColumn::new(
        "account_grants",
        "sealed_reason",
        "account_grants/{id}/reason",
    ),
    SealedColumn::new(
        "password_history",
        "sealed_password",
        "password_history/{id}/password",
    ),
    SealedColumn::new(
        "signing_keys",
        "sealed_private_key",
        "signing_keys/{id}/private_key",
    ),
];

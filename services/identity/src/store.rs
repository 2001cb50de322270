//! The tables of identity, one file each.

pub(crate) mod account_copies;
pub(crate) mod account_grants;
pub(crate) mod accounts;
pub(crate) mod assertions;
pub(crate) mod authority_keys;
pub(crate) mod branch_copies;
pub(crate) mod branch_grants;
pub(crate) mod branches;
pub(crate) mod city_keys;
pub(crate) mod clients;
pub(crate) mod login_attempts;
pub(crate) mod minted_tokens;
pub(crate) mod oidc_links;
pub(crate) mod oidc_logins;
pub(crate) mod password_history;
pub(crate) mod recovery_codes;
pub(crate) mod refresh_tokens;
pub(crate) mod sessions;
pub(crate) mod signing_keys;

use jianyi_db::SealedColumn;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 11] = [
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
    SealedColumn::new("oidc_links", "sealed_subject", "oidc_links/{id}/subject"),
    SealedColumn::new(
        "oidc_logins",
        "sealed_verifier",
        "oidc_logins/{id}/verifier",
    ),
    SealedColumn::new("oidc_logins", "sealed_nonce", "oidc_logins/{id}/nonce"),
    SealedColumn::new(
        "signing_keys",
        "sealed_private_key",
        "signing_keys/{id}/private_key",
    ),
    SealedColumn::new(
        "recovery_codes",
        "sealed_digest",
        "recovery_codes/{id}/digest",
    ),
    SealedColumn::new(
        "authority_keys",
        "sealed_private_key",
        "authority_keys/{id}/private_key",
    ),
];

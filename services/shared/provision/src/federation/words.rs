//! Values as the configuration language of NATS takes them: its strings are those of JSON.

use serde_json::{Value, json};

/// A string or a structure in one line.
pub(super) fn quoted(value: impl Into<Value>) -> String {
    value.into().to_string()
}

/// The system account, whose one user may ask for a reload.
pub(super) fn system_account(password: &str) -> Value {
    json!({ "users": [{ "user": super::SYSTEM_USER, "password": password }] })
}

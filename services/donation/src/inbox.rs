//! What this service reacts to: one file per event.

pub(crate) mod expense_requested;

//! The rules of money, without I/O.
//!
//! Invariants: a journal entry balances or does not exist; a fund never promises more than it holds, and
//! what it holds equals its receipts less its payments in the books; a donation has exactly one entry and
//! counts until that is reversed; an expense request is decided once; a year has four quarterly reports.
//!
//! Restricted net assets of a fund are its restricted receipts less restricted spending less what was
//! given back. That holds under either reading of the 2024 system's closing entries, because no closing or
//! reclassification (J3, J5–J7) is booked here: closing templates come as effective-dated data.

pub(crate) mod audit;
pub(crate) mod campaign;
pub(crate) mod count_statement;
pub(crate) mod disclosure;
pub(crate) mod donation;
pub(crate) mod donor;
pub(crate) mod fund;
pub(crate) mod ledger;
pub(crate) mod posting;
pub(crate) mod quarter;
pub(crate) mod regulation;
pub(crate) mod report;
pub(crate) mod reservation;

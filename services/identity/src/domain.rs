//! The rules of identity.
//!
//! Invariants: a login is unique and never changes; a password is hard to guess; five failures in a row
//! lock a login for thirty minutes, whether it exists or not; somebody can always administer; a minted
//! token lives at most a day and begets no other.

mod account;
mod attempts;
mod error;
mod minting;
mod password;

pub(crate) use account::{Account, AccountKind, Login};
pub(crate) use attempts::Attempts;
pub(crate) use error::Error;
pub(crate) use minting::{Minting, may_manage};
pub(crate) use password::check_password;

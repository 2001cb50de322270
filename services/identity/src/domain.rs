//! The rules of identity.
//!
//! Invariants: a login is unique and never changes; a password is hard to guess and new; five failures in a
//! row lock a login for thirty minutes, whether it exists or not; duties that check each other are never one
//! account's (G03); a code and a refresh token count once; somebody can always make accounts and grant; a branch
//! knows of an account what lies within its county, for a stated time.

mod account;
mod attempts;
mod branch;
mod break_glass;
mod client;
mod duty;
mod error;
mod grant;
mod minting;
mod password;
mod session;
mod totp;

pub(crate) use account::{Account, AccountKind, Login};
pub(crate) use attempts::Attempts;
pub(crate) use branch::{
    BranchKind, KnownBranch, LastTold, Telling, before, due_before, valid_until,
};
pub(crate) use break_glass::{Emergency, may_break_glass};
pub(crate) use client::{Client, ClientKind, NewKey};
pub(crate) use duty::{Duty, VoucherSide, is_held_by_people};
pub(crate) use error::Error;
pub(crate) use grant::{GrantKind, HeldGrant, NewGrant};
pub(crate) use minting::Minting;
pub(crate) use password::check_password;
pub(crate) use session::{Ended, Limits, Session, SessionKind};
pub(crate) use totp::{Totp, base32};

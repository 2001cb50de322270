//! The audit log of an instance as others see it: sealed, told, witnessed, answered for.

mod answer;
mod seal;
mod wire;
mod witness;

pub(crate) use seal::seal;
pub(crate) use witness::subscription;

/// The context of the heads' stream. Apart from the business streams: nothing that counts facts counts these.
pub(crate) const CONTEXT: &str = "audit";

//! What a branch listens to: the accounts that reach its county, and the keys of the city's tokens.
//!
//! On one broker every branch hears what is said to each; what is addressed to another county is none of its business.

mod branch_account_published;
mod branch_account_retracted;
mod signing_key_published;

use jianyi_bus::Subscription;

use crate::branch::Branch;

/// The subscription of a branch.
pub(crate) fn subscription(branch: &Branch) -> Subscription {
    let (publishing, retracting, keys) = (branch.clone(), branch.clone(), branch.clone());
    Subscription::to(&format!("identity_{}_identity", branch.county), "identity")
        .on(move |uow, received| {
            Box::pin(branch_account_published::handle(
                publishing.clone(),
                uow,
                received,
            ))
        })
        .on(move |uow, received| {
            Box::pin(branch_account_retracted::handle(
                retracting.clone(),
                uow,
                received,
            ))
        })
        .on(move |uow, received| {
            Box::pin(signing_key_published::handle(keys.clone(), uow, received))
        })
}

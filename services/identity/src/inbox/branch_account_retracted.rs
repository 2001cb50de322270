//! The city takes an account back from this branch: it was disabled, or reaches the county no more.

use jianyi_bus::Received;
use jianyi_db::Uow;
use jianyi_kernel::{Fault, Id};
use jianyi_proto::identity::events::v1::BranchAccountRetracted;
use jianyi_proto::name;

use crate::branch::{Branch, Statement, is_said_by, not_from_the_city};
use crate::domain::{AccountKind, Ended};
use crate::password::Hasher;
use crate::store;

/// Handles the event.
pub(super) async fn handle(
    branch: Branch,
    uow: &mut Uow,
    received: &Received<BranchAccountRetracted>,
) -> Result<(), Fault> {
    let event = &received.event;
    if event.recipient != branch.county.as_str() {
        return Ok(());
    }
    let id: Id<AccountKind> = name::parse("account", &event.account)?;
    let statement = Statement::Retracted {
        county: &branch.county,
        account: id,
        version: received.version,
    };
    if !is_said_by(&branch.key.authority, &statement, &event.signature) {
        return Err(not_from_the_city());
    }
    take_back(uow, id, received.version).await
}

/// Forgets what lets somebody in, unless something newer is known; remembers the version, so that nothing older comes
/// back.
pub(super) async fn take_back(
    uow: &mut Uow,
    id: Id<AccountKind>,
    version: i64,
) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    if !store::account_copies::advance(uow.conn(), id, version, None, now).await? {
        return Ok(());
    }
    store::accounts::blank_copy(uow.conn(), &cipher, id, &Hasher::nobody(), now).await?;
    store::recovery_codes::clear(uow.conn(), id).await?;
    store::sessions::end_all(uow.conn(), id, None, Ended::Disabled, now).await
}

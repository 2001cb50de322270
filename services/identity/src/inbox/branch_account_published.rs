//! The city says what this branch may go by for an account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_bus::Received;
use jianyi_db::Uow;
use jianyi_kernel::{Fault, Id, Timestamp, Violation};
use jianyi_proto::identity::events::v1::BranchAccountPublished;
use jianyi_proto::name;

use super::branch_account_retracted::take_back;
use crate::branch::{Branch, Copied, Statement, Told, is_said_by, not_from_the_city};
use crate::domain::{Account, AccountKind, Ended, Totp};
use crate::store;

/// Handles the event.
pub(super) async fn handle(
    branch: Branch,
    uow: &mut Uow,
    received: &Received<BranchAccountPublished>,
) -> Result<(), Fault> {
    let event = &received.event;
    if event.recipient != branch.county.as_str() {
        return Ok(());
    }
    let id: Id<AccountKind> = name::parse("account", &event.account)?;
    let valid_until = event
        .valid_until
        .and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
        .ok_or_else(|| Violation::required("valid_until"))?;
    let statement = Statement::Published {
        county: &branch.county,
        account: id,
        version: received.version,
        valid_until,
        parcel: &event.parcel,
    };
    if !is_said_by(&branch.key.authority, &statement, &event.signature) {
        return Err(not_from_the_city());
    }
    let now = uow.now();
    let about = Statement::about(&branch.county, id, received.version);
    let Some(opened) = branch.key.open(&about, &event.parcel) else {
        // Sealed to a former key, or ours is the former one. What is known here is outdated either way.
        tracing::warn!(account.id = %id, "what the city says of an account is not for this branch's key");
        return take_back(uow, id, received.version).await;
    };
    let copied = Copied::decode(&opened, id, &branch.county, now).ok_or_else(not_from_the_city)?;
    let known =
        store::account_copies::advance(uow.conn(), id, received.version, Some(valid_until), now);
    if known.await? {
        take_in(uow, copied).await?;
    }
    Ok(())
}

/// Makes the account what the city says it is, and ends the sessions that this overtakes.
async fn take_in(uow: &mut Uow, copied: Copied) -> Result<(), Fault> {
    let Copied { account, told } = copied;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let before = match store::accounts::lock(uow.conn(), &cipher, account.id, now).await {
        Ok(before) => Some(before),
        Err(Fault::NotFound(_)) => None,
        Err(fault) => return Err(fault),
    };
    let account = remember_step(account, before.as_ref());
    store::accounts::put_copy(uow.conn(), &cipher, &account, now).await?;
    copy_codes(uow, &account, &told).await?;
    let Some(before) = before else { return Ok(()) };
    if before.password_hash != account.password_hash {
        store::sessions::end_all(uow.conn(), account.id, None, Ended::Password, now).await?;
        let index = cipher.blind_index("login", account.login.as_str())?;
        store::login_attempts::clear(uow.conn(), &index).await?;
    }
    if secret(&before) != secret(&account) {
        store::sessions::end_all(uow.conn(), account.id, None, Ended::SecondFactor, now).await?;
    }
    if let Some(at) = told.sessions_ended_at {
        store::sessions::end_before(uow.conn(), account.id, at, Ended::Revoked, now).await?;
    }
    Ok(())
}

fn secret(account: &Account) -> Option<&jianyi_kernel::Pii<Vec<u8>>> {
    account.totp.as_ref().map(|totp| &totp.secret)
}

/// A code that counted here does not count again because the city has not heard of it.
fn remember_step(mut account: Account, before: Option<&Account>) -> Account {
    let same = before.filter(|before| secret(before) == secret(&account));
    let step = same
        .and_then(|before| before.totp.as_ref())
        .map_or(0, |totp| totp.last_step);
    account.totp = account.totp.map(|totp| Totp {
        last_step: totp.last_step.max(step),
        ..totp
    });
    account
}

async fn copy_codes(uow: &mut Uow, account: &Account, told: &Told) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let indexes = told
        .recovery_digests
        .iter()
        .map(|digest| {
            let digest = STANDARD.encode(digest.expose("keep its keyed hash"));
            cipher.blind_index("recovery_digest", &digest)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<_> = indexes.iter().map(|_| uow.clock().new_uuid()).collect();
    store::recovery_codes::copy(uow.conn(), account.id, (&ids, &indexes), now).await
}

//! The commands of identity, one file each, and what they share.

mod change_password;
mod create_account;
mod disable_account;
mod install;
mod login;
mod mint_token;

use std::time::Duration;

use jianyi_db::{Db, PgConnection, Uow};
use jianyi_kernel::{Fault, Grant, Timestamp, Violation};
use jianyi_ops::{Parts, Settings};

use crate::domain::{Account, Attempts, Login};
use crate::password::Hasher;
use crate::store;

pub(crate) use change_password::{ChangePassword, change_password};
pub(crate) use create_account::{NewAccount, create_account};
pub(crate) use disable_account::disable_account;
pub(crate) use install::install;
pub(crate) use login::login;
pub(crate) use mint_token::mint_token;

/// Life of an access token when nobody says otherwise.
const ACCESS_TTL: i64 = 15 * 60;
const LONGEST_ACCESS_TTL: i64 = 24 * 60 * 60;

/// What every command needs.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) hasher: Hasher,
    pub(crate) access_ttl: i64,
}

impl App {
    pub(crate) fn new(parts: &Parts) -> Self {
        // A malformed setting has ended the start in `prepare` already.
        let access_ttl = access_ttl(&parts.settings).unwrap_or(ACCESS_TTL);
        Self {
            db: parts.db.clone(),
            hasher: Hasher::new(),
            access_ttl,
        }
    }

    /// What a login's failures are kept under.
    pub(crate) fn login_index(&self, login: &Login) -> Result<Vec<u8>, Fault> {
        self.db.cipher().blind_index("login", login.as_str())
    }
}

/// Reads `JIANYI_ACCESS_TTL_SECONDS`.
pub(crate) fn access_ttl(settings: &Settings) -> Result<i64, Fault> {
    let Some(setting) = settings.get("JIANYI_ACCESS_TTL_SECONDS") else {
        return Ok(ACCESS_TTL);
    };
    setting
        .expose("a number of seconds is no secret")
        .parse()
        .ok()
        .filter(|ttl| (60..=LONGEST_ACCESS_TTL).contains(ttl))
        .ok_or_else(|| {
            Violation::new(
                "JIANYI_ACCESS_TTL_SECONDS",
                "TTL_OUT_OF_RANGE",
                "an access token lives 60 to 86400 seconds".into(),
                "访问令牌有效期应为 60 至 86400 秒",
            )
            .into()
        })
}

/// Adds an account with its grants. `false` when the login was taken meanwhile.
async fn insert(uow: &mut Uow, account: &Account) -> Result<bool, Fault> {
    let cipher = uow.cipher().clone();
    if !store::accounts::insert(uow.conn(), &cipher, account).await? {
        return Ok(false);
    }
    for grant in &account.grants {
        insert_grant(uow, account, grant).await?;
    }
    Ok(true)
}

async fn insert_grant(uow: &mut Uow, account: &Account, grant: &Grant) -> Result<(), Fault> {
    let (id, now) = (uow.clock().new_uuid(), uow.now());
    store::account_grants::insert(uow.conn(), id, account.id.as_uuid(), grant, now).await
}

/// Locks what is remembered about a login and refuses when it is locked.
async fn lock_attempts(uow: &mut Uow, login_index: &[u8]) -> Result<Attempts, Fault> {
    let (id, now) = (uow.clock().new_uuid(), uow.now());
    store::login_attempts::lock(uow.conn(), id, login_index, now).await
}

/// Keeps one more failure, and forgets those of yesterday.
async fn keep_failure(
    conn: &mut PgConnection,
    index: &[u8],
    attempts: Attempts,
    now: Timestamp,
) -> Result<(), Fault> {
    store::login_attempts::save(conn, index, &attempts.fail(now), now).await?;
    let yesterday = Timestamp::from_offset(now.as_offset() - Duration::from_secs(24 * 60 * 60));
    store::login_attempts::forget_before(conn, yesterday).await
}

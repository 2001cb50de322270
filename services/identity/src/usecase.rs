//! The commands of identity, one file each, and what they share.

mod add_grant;
mod begin_oidc_login;
mod begin_totp;
mod change_password;
mod claim_oidc_login;
mod close_break_glass;
mod confirm_totp;
mod create_account;
mod disable_account;
mod disable_client;
mod end_branch;
mod end_grant;
mod ensure_branch;
mod exchange_assertion;
mod finish_oidc_login;
mod first_key;
mod install_accounts;
mod issue;
mod link_oidc;
mod login;
mod logout;
mod may_enter;
mod mint_token;
mod open_break_glass;
mod refresh_token;
mod register_client;
mod reset_second_factor;
mod revoke_session;
mod rotate_client_key;
mod rotate_signing_key;
mod second_factor;
mod tell_branches;
mod tell_keys;
mod unlink_oidc;
mod unlock_account;

use std::time::Duration;

use jianyi_db::{Db, PgConnection, Uow};
use jianyi_kernel::{Caller, Division, Fault, Id, Pii, Reach, Timestamp};
use jianyi_ops::Parts;

use crate::branch::Branch;
use crate::config::Config;
use crate::domain::{Account, Attempts, Error, Login, NewGrant, SessionKind};
use crate::oidc::{Outside, Provider};
use crate::password::Hasher;
use crate::rights::Rights;
use crate::signing::Ticket;
use crate::{signing, store};

pub(crate) use add_grant::add_grant;
pub(crate) use begin_oidc_login::begin_oidc_login;
pub(crate) use begin_totp::begin_totp;
pub(crate) use change_password::{ChangePassword, change_password};
pub(crate) use claim_oidc_login::claim_oidc_login;
pub(crate) use close_break_glass::close_break_glass;
pub(crate) use confirm_totp::confirm_totp;
pub(crate) use create_account::{NewAccount, create_account};
pub(crate) use disable_account::disable_account;
pub(crate) use disable_client::disable_client;
pub(crate) use end_branch::end_branch;
pub(crate) use end_grant::end_grant;
pub(crate) use ensure_branch::ensure_branch;
pub(crate) use exchange_assertion::{Shown, exchange_assertion};
pub(crate) use finish_oidc_login::finish_oidc_login;
pub(crate) use first_key::first_key;
pub(crate) use install_accounts::install_accounts;
pub(crate) use link_oidc::link_oidc;
pub(crate) use login::{Credentials, login};
pub(crate) use logout::logout;
pub(crate) use mint_token::mint_token;
pub(crate) use open_break_glass::open_break_glass;
pub(crate) use refresh_token::refresh_token;
pub(crate) use register_client::{NewClient, register_client};
pub(crate) use reset_second_factor::reset_second_factor;
pub(crate) use revoke_session::revoke_session;
pub(crate) use rotate_client_key::rotate_client_key;
pub(crate) use rotate_signing_key::{rotate_old_key, rotate_signing_key};
pub(crate) use tell_branches::tell_branches_again;
pub(crate) use tell_keys::tell_keys_again;
pub(crate) use unlink_oidc::unlink_oidc;
pub(crate) use unlock_account::unlock_account;

/// What every command needs.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) hasher: Hasher,
    pub(crate) config: Config,
    /// The county whose branch this is; `None` at the city.
    pub(crate) branch: Option<Branch>,
    pub(crate) rights: Rights,
    /// The outside provider, where there is one.
    pub(crate) provider: Option<Provider>,
}

impl App {
    pub(crate) fn new(parts: &Parts) -> Self {
        // Malformed settings and contracts have ended the start in `prepare` already.
        let config = Config::read(&parts.settings).unwrap_or_else(|_| Config::unset());
        Self {
            db: parts.db.clone(),
            hasher: Hasher::new(),
            provider: Provider::new(config.oidc.as_ref()).unwrap_or_default(),
            config,
            branch: Branch::read(parts).unwrap_or_default(),
            rights: Rights::read().unwrap_or_else(|_| Rights::none()),
        }
    }

    /// The county whose branch this is.
    pub(crate) fn county(&self) -> Option<&Division> {
        self.branch.as_ref().map(|branch| &branch.county)
    }

    /// Refuses at a branch what only the city does.
    pub(crate) const fn is_the_city(&self) -> Result<(), Error> {
        match self.branch {
            None => Ok(()),
            Some(_) => Err(Error::AtTheCityOnly),
        }
    }

    /// Signs a token in the name of this site.
    async fn sign(
        &self,
        uow: &mut Uow,
        ticket: Ticket,
        until: Timestamp,
    ) -> Result<Pii<String>, Fault> {
        let (now, cipher) = (uow.now(), uow.cipher().clone());
        signing::sign(uow.conn(), &cipher, self.county(), ticket, now, until).await
    }

    /// The outside provider, or that there is none.
    pub(crate) fn provider(&self) -> Result<&Provider, Error> {
        self.provider.as_ref().ok_or(Error::OidcNotConfigured)
    }

    /// What somebody at a provider is found by.
    pub(crate) fn outside_index(&self, outside: &Outside) -> Result<Vec<u8>, Fault> {
        let subject = outside.subject.expose("look it up by its hash");
        let key = format!("{}\n{subject}", outside.issuer);
        self.db.cipher().blind_index("oidc_subject", &key)
    }

    /// What a login's failures are kept under.
    pub(crate) fn login_index(&self, login: &Login) -> Result<Vec<u8>, Fault> {
        self.db.cipher().blind_index("login", login.as_str())
    }

    /// Identity's own look at its tables, before it is known who calls.
    pub(crate) fn itself() -> Caller {
        Caller::service("identity")
    }
}

/// The account as the caller of its own login.
fn caller_of(account: &Account) -> Caller {
    Caller {
        subject: account.id.name(),
        reach: Reach::everything(),
        ..Caller::anonymous()
    }
}

/// Whether the caller administers the city in this role. For methods that everybody may call for himself.
pub(crate) fn administers(caller: &Caller, role: &str) -> bool {
    caller.proof.strong && caller.holds(&[role.to_owned()], &Division::city())
}

/// The login session of a call, when it has one.
fn session_of(caller: &Caller) -> Option<Id<SessionKind>> {
    Id::parse("session", &caller.proof.session).ok()
}

/// Gives an account a grant and keeps both.
async fn grant(
    uow: &mut Uow,
    account: &mut Account,
    new: &NewGrant,
    by: &str,
) -> Result<crate::domain::HeldGrant, Fault> {
    let (id, now, cipher) = (uow.new_id(), uow.now(), uow.cipher().clone());
    let held = account.take_on(new, id, by, now)?;
    store::accounts::save_duty(uow.conn(), account, now).await?;
    store::account_grants::insert(uow.conn(), &cipher, &held, &new.reason).await?;
    Ok(held)
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

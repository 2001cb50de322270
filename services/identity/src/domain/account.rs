//! An account: a login, a password's hash, grants, and perhaps a second factor. It is disabled once and for good.

use std::fmt;

use jianyi_kernel::{Division, Id, IdKind, Pii, Timestamp, Violation};

use super::{Duty, Error, HeldGrant, Totp, VoucherSide};

/// Marker of account ids.
pub(crate) enum AccountKind {}

impl IdKind for AccountKind {
    const COLLECTION: &'static str = "accounts";
}

/// What is typed at login. Begins with a letter, so that a mobile or identity number cannot be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login(String);

impl Login {
    /// Reads a login, in lower case whatever was typed.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let login = text.trim().to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        let starts = login.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if (3..=64).contains(&login.len()) && starts && login.bytes().all(allowed) {
            return Ok(Self(login));
        }
        Err(Violation::new(
            field,
            "LOGIN_MALFORMED",
            "a login is a letter and 2 to 63 of a-z 0-9 . _ -".into(),
            "登录名应以字母开头,由 3 至 64 个小写字母、数字或 . _ - 组成",
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody who may log in.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: Id<AccountKind>,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) login: Login,
    pub(crate) label: Pii<String>,
    pub(crate) password_hash: Pii<String>,
    pub(crate) must_change_password: bool,
    pub(crate) duty: Option<Duty>,
    pub(crate) voucher_side: Option<VoucherSide>,
    pub(crate) grants: Vec<HeldGrant>,
    pub(crate) totp: Option<Totp>,
    pub(crate) disabled_at: Option<Timestamp>,
}

impl Account {
    /// A new account, which holds nothing.
    pub(crate) fn new(
        id: Id<AccountKind>,
        login: Login,
        label: Pii<String>,
        password_hash: Pii<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            created_at: now,
            login,
            label,
            password_hash,
            must_change_password: true,
            duty: None,
            voucher_side: None,
            grants: Vec::new(),
            totp: None,
            disabled_at: None,
        }
    }

    /// The grants that count at an instant.
    pub(crate) fn grants_at(&self, at: Timestamp) -> impl Iterator<Item = &HeldGrant> {
        self.grants.iter().filter(move |held| held.counts(at))
    }

    /// The second factor, once it is confirmed.
    pub(crate) fn confirmed_totp(&self) -> Option<&Totp> {
        self.totp
            .as_ref()
            .filter(|totp| totp.confirmed_at.is_some())
    }

    /// Ends the account. `others` are all accounts with its duty.
    pub(crate) fn disable(mut self, others: &[Self], now: Timestamp) -> Result<Self, Error> {
        if self.disabled_at.is_some() {
            return Err(Error::AlreadyDisabled);
        }
        self.is_dispensable(others, now)?;
        self.disabled_at = Some(now);
        self.version = self.version.saturating_add(1);
        Ok(self)
    }

    /// Whether the system can do without what the account administers. One whose grant will run out is no
    /// lasting replacement.
    pub(crate) fn is_dispensable(&self, others: &[Self], now: Timestamp) -> Result<(), Error> {
        let indispensable = self.duty.is_some_and(Duty::is_indispensable);
        let replaced = others
            .iter()
            .any(|other| other.id != self.id && other.duty == self.duty && other.lasts(now));
        if indispensable && self.lasts(now) && !replaced {
            return Err(Error::LastAdministrator);
        }
        Ok(())
    }

    fn lasts(&self, now: Timestamp) -> bool {
        self.disabled_at.is_none()
            && self.grants_at(now).any(|held| {
                held.valid_until.is_none() && held.grant.division.covers(&Division::city())
            })
    }

    /// Gives the account another password.
    pub(crate) fn with_password(mut self, hash: Pii<String>, must_change: bool) -> Self {
        self.password_hash = hash;
        self.must_change_password = must_change;
        self.version = self.version.saturating_add(1);
        self
    }

    /// Sets or takes away the second factor.
    pub(crate) fn with_totp(mut self, totp: Option<Totp>) -> Self {
        self.totp = totp;
        self.version = self.version.saturating_add(1);
        self
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jianyi_kernel::Clock;

    use super::super::NewGrant;
    use super::*;

    pub(crate) fn account(role: &str, division: &str) -> Account {
        let clock = Clock::fixed(Timestamp::from_unix(1_700_000_000, 0).unwrap());
        let mut account = Account::new(
            clock.new_id(),
            Login::parse("login", "someone").unwrap(),
            Pii::new("值班".into()),
            Pii::new("x".into()),
            clock.now(),
        );
        let grant = NewGrant::plain(role, division.parse().unwrap(), "测试");
        account
            .take_on(&grant, clock.new_id(), "accounts/1", clock.now())
            .unwrap();
        account
    }

    #[test]
    fn logins_are_words_and_never_phone_numbers() {
        for (text, login) in [("admin", "admin"), (" Li.Si-2 ", "li.si-2"), ("a_b", "a_b")] {
            assert_eq!(Login::parse("login", text).unwrap().as_str(), login);
        }
        for bad in [
            "",
            "ab",
            "13800000000",
            "张三",
            "a b c",
            "-abc",
            &"x".repeat(65),
        ] {
            assert!(Login::parse("login", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn g03_the_last_system_and_security_administrator_cannot_be_disabled() {
        let now = Timestamp::from_unix(1_700_000_001, 0).unwrap();
        for role in ["ROLE_SYSTEM_ADMINISTRATOR", "ROLE_SECURITY_ADMINISTRATOR"] {
            let last = account(role, "410600");
            let clerk = account("ROLE_CARE", "410600");
            let county = account(role, "410611");
            let refused = last.clone().disable(&[clerk.clone(), county], now);
            assert_eq!(refused.unwrap_err(), Error::LastAdministrator);
            let alone = last.clone().disable(std::slice::from_ref(&last), now);
            assert_eq!(alone.unwrap_err(), Error::LastAdministrator);

            let mut passing = account(role, "410600");
            passing.grants[0].valid_until = Timestamp::from_unix(1_800_000_000, 0);
            assert!(last.clone().disable(&[passing], now).is_err());

            let second = account(role, "410600");
            let disabled = last.disable(std::slice::from_ref(&second), now).unwrap();
            assert_eq!(disabled.disabled_at, Some(now));
            let refused = second.disable(std::slice::from_ref(&disabled), now);
            assert_eq!(refused.unwrap_err(), Error::LastAdministrator);
            assert_eq!(
                disabled.disable(&[], now).unwrap_err(),
                Error::AlreadyDisabled
            );
            assert!(clerk.disable(&[], now).is_ok());
        }
    }

    #[test]
    fn g03_roles_that_check_each_other_are_held_apart() {
        let apart = [
            ("ROLE_SYSTEM_ADMINISTRATOR", "ROLE_SECURITY_ADMINISTRATOR"),
            ("ROLE_SECURITY_ADMINISTRATOR", "ROLE_AUDIT_ADMINISTRATOR"),
            ("ROLE_AUDIT_ADMINISTRATOR", "ROLE_SYSTEM_ADMINISTRATOR"),
            ("ROLE_SYSTEM_ADMINISTRATOR", "ROLE_LEADER"),
            ("ROLE_CARE", "ROLE_SECURITY_ADMINISTRATOR"),
            ("ROLE_AUDITOR", "ROLE_FINANCE"),
            ("ROLE_OVERSIGHT", "ROLE_AUDITOR"),
            ("ROLE_FINANCE", "ROLE_FINANCE_APPROVER"),
            ("ROLE_FINANCE_APPROVER", "ROLE_FINANCE"),
        ];
        for (held, wanted) in apart {
            let mut account = account(held, "410600");
            let now = account.created_at;
            let clock = Clock::fixed(now);
            let grant = NewGrant::plain(wanted, Division::city(), "测试");
            let refused = account.take_on(&grant, clock.new_id(), "accounts/1", now);
            assert!(
                matches!(refused, Err(jianyi_kernel::Fault::Refused(refusal)) if refusal.reason == "ROLES_APART"),
                "{held} and {wanted}"
            );
        }
        let mut both = account("ROLE_FINANCE", "410600");
        let now = both.created_at;
        let grant = NewGrant::plain("ROLE_CARE", Division::city(), "测试");
        both.take_on(&grant, Clock::fixed(now).new_id(), "accounts/1", now)
            .unwrap();
        assert_eq!(both.grants_at(now).count(), 2);
    }
}

//! An account: a login, a password's hash, and grants. It is disabled once and for good.

use std::fmt;

use jianyi_kernel::{Division, Grant, Id, IdKind, Pii, Timestamp, Violation};

use super::Error;

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
    pub(crate) grants: Vec<Grant>,
    pub(crate) disabled_at: Option<Timestamp>,
}

impl Account {
    /// Ends the account. `others` are all other accounts that can administer the city.
    pub(crate) fn disable(mut self, others: &[Self], now: Timestamp) -> Result<Self, Error> {
        if self.disabled_at.is_some() {
            return Err(Error::AlreadyDisabled);
        }
        if is_administrator(&self.grants) && !others.iter().any(|other| other.can_administer(&self))
        {
            return Err(Error::LastAdministrator);
        }
        self.disabled_at = Some(now);
        self.version = self.version.saturating_add(1);
        Ok(self)
    }

    /// Gives the account another password.
    pub(crate) fn with_password(mut self, hash: Pii<String>) -> Self {
        self.password_hash = hash;
        self.version = self.version.saturating_add(1);
        self
    }

    fn can_administer(&self, instead_of: &Self) -> bool {
        self.id != instead_of.id && self.disabled_at.is_none() && is_administrator(&self.grants)
    }
}

/// Whether these grants administer the whole city.
fn is_administrator(grants: &[Grant]) -> bool {
    grants
        .iter()
        .any(|grant| grant.role == "ROLE_OPERATOR" && grant.division.covers(&Division::city()))
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Clock;

    use super::*;

    fn account(role: &str, division: &str) -> Account {
        let clock = Clock::fixed(Timestamp::from_unix(1_700_000_000, 0).unwrap());
        Account {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            login: Login::parse("login", "someone").unwrap(),
            label: Pii::new("值班".into()),
            password_hash: Pii::new("x".into()),
            grants: vec![Grant {
                role: role.into(),
                division: division.parse().unwrap(),
            }],
            disabled_at: None,
        }
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
    fn the_last_administrator_of_the_city_cannot_be_disabled() {
        let now = Timestamp::from_unix(1_700_000_001, 0).unwrap();
        let admin = account("ROLE_OPERATOR", "410600");
        let clerk = account("ROLE_CARE", "410600");
        let county = account("ROLE_OPERATOR", "410611");
        let refused = admin.clone().disable(&[clerk.clone(), county], now);
        assert_eq!(refused.unwrap_err(), Error::LastAdministrator);
        assert_eq!(
            admin
                .clone()
                .disable(std::slice::from_ref(&admin), now)
                .unwrap_err(),
            Error::LastAdministrator
        );

        let second = account("ROLE_OPERATOR", "410600");
        let disabled = admin.disable(std::slice::from_ref(&second), now).unwrap();
        assert_eq!((disabled.disabled_at, disabled.version), (Some(now), 2));
        assert_eq!(
            second
                .disable(std::slice::from_ref(&disabled), now)
                .unwrap_err(),
            Error::LastAdministrator
        );
        assert_eq!(
            disabled.disable(&[], now).unwrap_err(),
            Error::AlreadyDisabled
        );
        assert!(clerk.disable(&[], now).is_ok());
    }
}

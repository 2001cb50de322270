//! Which branches an account reaches, what they are told about it, and when they may let it in.

use jianyi_kernel::{Division, Id, IdKind, Timestamp};
use time::Duration;

use super::{Account, Error, HeldGrant};

/// Marker of branches.
pub(crate) enum BranchKind {}

impl IdKind for BranchKind {
    const COLLECTION: &'static str = "branches";
}

/// A county's branch as the city knows it.
#[derive(Debug, Clone)]
pub(crate) struct KnownBranch {
    pub(crate) id: Id<BranchKind>,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) public_key: Vec<u8>,
    pub(crate) key_made_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
}

impl KnownBranch {
    /// Its resource name; a county has one branch.
    pub(crate) fn name(&self) -> String {
        format!("branches/{}", self.division)
    }
}

/// What a branch was told last about an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastTold {
    pub(crate) version: i64,
    pub(crate) retracted_at: Option<Timestamp>,
}

/// What a branch is to be told now.
#[derive(Debug)]
pub(crate) enum Telling<'a> {
    /// What it may go by, one version later.
    Publish(i64, Vec<&'a HeldGrant>),
    /// That the account is none of its any more.
    Retract(i64),
    /// It was never told of the account, or knows that it is none of its.
    Nothing,
}

impl Account {
    /// The grants, now or later, that lie within a county. What the city's grants reach is not among them: nobody
    /// is the city's at a branch.
    pub(crate) fn within(&self, county: &Division) -> Vec<&HeldGrant> {
        self.grants
            .iter()
            .filter(|held| county.covers(&held.grant.division))
            .collect()
    }

    /// What a county's branch is to be told about the account as it is now.
    pub(crate) fn tell(&self, county: &Division, last: Option<LastTold>) -> Telling<'_> {
        let version = last.map_or(1, |last| last.version.saturating_add(1));
        let grants = self.within(county);
        if self.disabled_at.is_none() && !grants.is_empty() {
            return Telling::Publish(version, grants);
        }
        match last {
            Some(last) if last.retracted_at.is_none() => Telling::Retract(version),
            Some(_) | None => Telling::Nothing,
        }
    }

    /// Whether a branch may let the account in, which has given the right password and code. `strong` tells roles
    /// that need two proofs; `valid_until` is what the city said last.
    pub(crate) fn may_enter(
        &self,
        strong: impl Fn(&str) -> bool,
        valid_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Error> {
        match valid_until {
            Some(until) if now < until => {}
            Some(until) => return Err(Error::BranchValidityEnded(until)),
            None => return Err(Error::NothingGranted),
        }
        if self.must_change_password {
            return Err(Error::PasswordAtTheCity);
        }
        let mut held = self.grants_at(now).peekable();
        let waits = held.peek().is_some()
            && self.confirmed_totp().is_none()
            && held.all(|held| strong(&held.grant.role));
        if waits {
            return Err(Error::SecondFactorAtTheCity);
        }
        Ok(())
    }
}

/// An instant some time ago.
pub(crate) fn before(now: Timestamp, by: Duration) -> Timestamp {
    Timestamp::from_offset(now.as_offset().saturating_sub(by))
}

/// Until when a branch may go by what it is told now.
pub(crate) fn valid_until(now: Timestamp, hours: i64) -> Timestamp {
    Timestamp::from_offset(now.as_offset().saturating_add(Duration::hours(hours)))
}

/// What ends before this is told again: half of the time is left for a message to arrive in.
pub(crate) fn due_before(now: Timestamp, hours: i64) -> Timestamp {
    let minutes = hours.saturating_mul(30);
    Timestamp::from_offset(now.as_offset().saturating_add(Duration::minutes(minutes)))
}

#[cfg(test)]
mod tests {
    use super::super::account::tests::account;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_700_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_branch_is_told_what_lies_within_its_county_and_never_the_citys_grants() {
        let county: Division = "410621".parse().unwrap();
        let told = |division: &str| {
            let account = account("ROLE_CARE", division);
            matches!(account.tell(&county, None), Telling::Publish(1, grants) if grants.len() == 1)
        };
        assert!(told("410621") && told("410621103"));
        assert!(!told("410600") && !told("410622") && !told("410622103"));
    }

    #[test]
    fn an_account_is_taken_back_once() {
        let county: Division = "410621".parse().unwrap();
        let elsewhere = account("ROLE_CARE", "410622");
        let last = |retracted_at| {
            Some(LastTold {
                version: 4,
                retracted_at,
            })
        };
        assert!(matches!(elsewhere.tell(&county, None), Telling::Nothing));
        assert!(matches!(
            elsewhere.tell(&county, last(None)),
            Telling::Retract(5)
        ));
        assert!(matches!(
            elsewhere.tell(&county, last(Some(at(0)))),
            Telling::Nothing
        ));
        let mut disabled = account("ROLE_CARE", "410621");
        disabled.disabled_at = Some(at(0));
        assert!(matches!(
            disabled.tell(&county, last(None)),
            Telling::Retract(5)
        ));
        let back = account("ROLE_CARE", "410621");
        assert!(matches!(
            back.tell(&county, last(Some(at(0)))),
            Telling::Publish(5, _)
        ));
    }

    #[test]
    fn a_branch_lets_in_until_the_end_that_was_stated() {
        let mut clerk = account("ROLE_COUNTY_CLERK", "410621");
        let weak = |_: &str| false;
        let first = clerk.may_enter(weak, Some(at(10)), at(9));
        assert_eq!(first.unwrap_err(), Error::PasswordAtTheCity);
        clerk.must_change_password = false;
        clerk.may_enter(weak, Some(at(10)), at(9)).unwrap();
        let over = clerk.may_enter(weak, Some(at(10)), at(10));
        assert_eq!(over.unwrap_err(), Error::BranchValidityEnded(at(10)));
        assert!(clerk.may_enter(weak, None, at(9)).is_err());
        let strong = clerk.may_enter(|_| true, Some(at(10)), at(9));
        assert_eq!(strong.unwrap_err(), Error::SecondFactorAtTheCity);
    }

    #[test]
    fn what_has_half_its_time_left_is_told_again() {
        assert_eq!(valid_until(at(0), 72), at(72 * 3600));
        assert_eq!(due_before(at(0), 72), at(36 * 3600));
    }
}

//! Tokens made for programs: one role, one division, at most a day.

use jianyi_kernel::{Caller, Division, Fault, Grant, Id, IdKind, Timestamp, Violation};
use time::Duration;

use super::Error;

const SHORTEST: i64 = 60;
const LONGEST: i64 = 86_400;
const DEFAULT: i64 = 3_600;

/// Marker of minted tokens.
pub(crate) enum TokenKind {}

impl IdKind for TokenKind {
    const COLLECTION: &'static str = "tokens";
}

/// A token about to be made.
#[derive(Debug, Clone)]
pub(crate) struct Minting {
    pub(crate) id: Id<TokenKind>,
    pub(crate) grant: Grant,
    pub(crate) expires_at: Timestamp,
}

impl Minting {
    /// Decides about a token that `caller` wants.
    pub(crate) fn new(
        caller: &Caller,
        grant: Grant,
        ttl_seconds: i64,
        id: Id<TokenKind>,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        may_manage(caller, &grant.division)?;
        let ttl = if ttl_seconds == 0 {
            DEFAULT
        } else {
            ttl_seconds
        };
        if !(SHORTEST..=LONGEST).contains(&ttl) {
            return Err(Violation::new(
                "ttl_seconds",
                "TTL_OUT_OF_RANGE",
                format!("a minted token lives {SHORTEST} to {LONGEST} seconds"),
                "令牌有效期应为 60 秒至 24 小时",
            )
            .into());
        }
        let expires_at =
            Timestamp::from_offset(now.as_offset().saturating_add(Duration::seconds(ttl)));
        Ok(Self {
            id,
            grant,
            expires_at,
        })
    }
}

/// Whether the caller may decide about accounts and tokens of a division: an administrator of it, in
/// person. A minted token may not, lest it prolong itself.
pub(crate) fn may_manage(caller: &Caller, division: &Division) -> Result<(), Fault> {
    if caller.subject.starts_with("tokens/") {
        return Err(Error::MintedToken.into());
    }
    if !caller.holds(&["ROLE_OPERATOR".into()], division) {
        return Err(Fault::Denied);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Clock;

    use super::*;

    fn grant(role: &str, division: &str) -> Grant {
        Grant {
            role: role.into(),
            division: division.parse().unwrap(),
        }
    }

    fn mint(subject: &str, held: Grant, wanted: Grant, ttl: i64) -> Result<Minting, Fault> {
        let clock = Clock::fixed(Timestamp::from_unix(1_700_000_000, 0).unwrap());
        let caller = Caller {
            subject: subject.into(),
            grants: vec![held],
            ..Caller::anonymous()
        };
        Minting::new(&caller, wanted, ttl, clock.new_id(), clock.now())
    }

    #[test]
    fn a_minted_token_stays_within_its_makers_reach_and_a_day() {
        let admin = || grant("ROLE_OPERATOR", "410600");
        let minted = mint("accounts/1", admin(), grant("ROLE_CARE", "410611"), 86_400).unwrap();
        assert_eq!(
            minted.expires_at,
            Timestamp::from_unix(1_700_086_400, 0).unwrap()
        );
        let minted = mint("accounts/1", admin(), grant("ROLE_CARE", "410611"), 0).unwrap();
        assert_eq!(
            minted.expires_at,
            Timestamp::from_unix(1_700_003_600, 0).unwrap()
        );

        for ttl in [-1, 59, 86_401] {
            assert!(matches!(
                mint("accounts/1", admin(), admin(), ttl),
                Err(Fault::Invalid(_))
            ));
        }
        let elsewhere = mint("accounts/1", admin(), grant("ROLE_CARE", "410700"), 60);
        assert!(matches!(elsewhere, Err(Fault::Denied)));
        let other_role = mint(
            "accounts/1",
            grant("ROLE_CARE", "410600"),
            grant("ROLE_CARE", "410600"),
            60,
        );
        assert!(matches!(other_role, Err(Fault::Denied)));
        let begotten = mint("tokens/1", admin(), grant("ROLE_CARE", "410600"), 60);
        assert!(
            matches!(begotten, Err(Fault::Refused(refusal)) if refusal.reason == "MINTED_TOKEN")
        );
    }
}

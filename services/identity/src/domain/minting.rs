//! Tokens made for scripts: one role that neither unmasks nor approves nor administers, at most a day.

use jianyi_kernel::{Fault, Grant, Id, IdKind, Timestamp, Violation};
use time::Duration;

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
    /// Decides about a token.
    pub(crate) fn new(
        grant: Grant,
        ttl_seconds: i64,
        id: Id<TokenKind>,
        now: Timestamp,
    ) -> Result<Self, Fault> {
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

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Division};

    use super::*;

    #[test]
    fn a_minted_token_lives_at_most_a_day() {
        let clock = Clock::fixed(Timestamp::from_unix(1_700_000_000, 0).unwrap());
        let mint = |ttl| {
            let grant = Grant {
                role: "ROLE_OVERSIGHT".into(),
                division: Division::city(),
            };
            Minting::new(grant, ttl, clock.new_id(), clock.now())
        };
        for (ttl, seconds) in [(86_400, 86_400), (0, 3_600), (60, 60)] {
            assert_eq!(
                mint(ttl).unwrap().expires_at.to_unix().0,
                1_700_000_000 + seconds
            );
        }
        for ttl in [-1, 59, 86_401] {
            assert!(matches!(mint(ttl), Err(Fault::Invalid(_))));
        }
    }
}

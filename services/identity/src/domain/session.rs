//! A session: one login and the tokens exchanged since. Idle it ends early, and in any case after a working day.

use jianyi_kernel::{Fault, Id, IdKind, Timestamp};
use time::Duration;

use super::{AccountKind, Error};

/// Marker of sessions.
pub(crate) enum SessionKind {}

impl IdKind for SessionKind {
    const COLLECTION: &'static str = "sessions";
}

/// Seconds that a session lasts (dossier 4.5: fifteen minutes idle).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) idle: i64,
    pub(crate) absolute: i64,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Logout,
    Revoked,
    Reused,
    Password,
    Disabled,
    SecondFactor,
}

impl Ended {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Revoked => "revoked",
            Self::Reused => "reused",
            Self::Password => "password",
            Self::Disabled => "disabled",
            Self::SecondFactor => "second_factor",
        }
    }
}

/// A session as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: Id<SessionKind>,
    pub(crate) account: Id<AccountKind>,
    pub(crate) created_at: Timestamp,
    /// How it was proved (RFC 8176).
    pub(crate) methods: Vec<String>,
    pub(crate) used_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
}

impl Session {
    /// Begins one.
    pub(crate) fn begin(
        id: Id<SessionKind>,
        account: Id<AccountKind>,
        methods: &[&str],
        limits: Limits,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            account,
            created_at: now,
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            used_at: now,
            expires_at: after(now, limits.absolute),
            ended_at: None,
        }
    }

    /// Goes on with another exchange.
    pub(crate) fn go_on(mut self, limits: Limits, now: Timestamp) -> Result<Self, Fault> {
        if self.ended_at.is_some() {
            return Err(Fault::Unauthenticated("SESSION_ENDED"));
        }
        if self.expires_at <= now {
            return Err(Fault::Unauthenticated("SESSION_EXPIRED"));
        }
        if after(self.used_at, limits.idle) < now {
            return Err(Fault::Unauthenticated("SESSION_IDLE"));
        }
        self.used_at = now;
        Ok(self)
    }

    /// Ends it.
    pub(crate) fn end(mut self, now: Timestamp) -> Result<Self, Error> {
        if self.ended_at.is_some() {
            return Err(Error::SessionEnded);
        }
        self.ended_at = Some(now);
        Ok(self)
    }

    /// Whether two proofs were given.
    pub(crate) fn is_strong(&self) -> bool {
        self.is_proved_by("mfa")
    }

    /// Whether this is among the ways in which it was proved.
    pub(crate) fn is_proved_by(&self, method: &str) -> bool {
        self.methods.iter().any(|it| it == method)
    }
}

fn after(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_offset(at.as_offset().saturating_add(Duration::seconds(seconds)))
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Clock;

    use super::*;

    const LIMITS: Limits = Limits {
        idle: 900,
        absolute: 28_800,
    };

    #[test]
    fn g01_a_session_ends_idle_after_a_quarter_of_an_hour_and_in_any_case_after_eight() {
        let at = |seconds: i64| Timestamp::from_unix(1_700_000_000 + seconds, 0).unwrap();
        let clock = Clock::fixed(at(0));
        let session = Session::begin(clock.new_id(), clock.new_id(), &["pwd"], LIMITS, at(0));
        let idle = session.clone().go_on(LIMITS, at(901));
        assert!(matches!(idle, Err(Fault::Unauthenticated("SESSION_IDLE"))));
        let mut busy = session;
        for n in 1..32 {
            busy = busy.go_on(LIMITS, at(n * 900)).unwrap();
        }
        let over = busy.clone().go_on(LIMITS, at(28_800));
        assert!(matches!(
            over,
            Err(Fault::Unauthenticated("SESSION_EXPIRED"))
        ));
        let ended = busy.end(at(28_000)).unwrap();
        let again = ended.clone().go_on(LIMITS, at(28_001));
        assert!(matches!(
            again,
            Err(Fault::Unauthenticated("SESSION_ENDED"))
        ));
        assert_eq!(ended.end(at(28_002)).unwrap_err(), Error::SessionEnded);
    }
}

//! Break-glass (G06): a role in an emergency, for a while, for a reason, and never unseen.

use jianyi_kernel::{Fault, Grant, Pii, Timestamp, Violation};
use time::Duration;

use super::{Account, Error, NewGrant};

const LONGEST_MINUTES: i32 = 240;
const REASON: std::ops::RangeInclusive<usize> = 10..=500;

/// What is wanted in an emergency.
#[derive(Debug)]
pub(crate) struct Emergency {
    pub(crate) grant: Grant,
    pub(crate) reason: Pii<String>,
    pub(crate) minutes: i32,
}

impl Emergency {
    /// The grant it comes to.
    pub(crate) fn into_grant(self, now: Timestamp) -> Result<NewGrant, Fault> {
        let mut violations = Vec::new();
        if !(1..=LONGEST_MINUTES).contains(&self.minutes) {
            violations.push(Violation::new(
                "minutes",
                "MINUTES_OUT_OF_RANGE",
                format!("an emergency lasts 1 to {LONGEST_MINUTES} minutes"),
                "应急权限时长应为 1 至 240 分钟",
            ));
        }
        if !REASON.contains(&self.reason.expose("measure").trim().chars().count()) {
            violations.push(Violation::new(
                "reason",
                "REASON_LENGTH",
                "say in 10 to 500 characters why".into(),
                "请用 10 至 500 个字说明原因",
            ));
        }
        if !violations.is_empty() {
            return Err(Fault::Invalid(violations));
        }
        let until = now
            .as_offset()
            .saturating_add(Duration::minutes(i64::from(self.minutes)));
        Ok(NewGrant {
            grant: self.grant,
            valid_from: None,
            valid_until: Some(Timestamp::from_offset(until)),
            may_break_glass: false,
            break_glass: true,
            reason: self.reason,
        })
    }
}

/// Whether a grant of the account allows it: those who lead or care for members, and those whom the security
/// administrator allowed it. A role taken in an emergency allows no other.
pub(crate) fn may_break_glass(account: &Account, now: Timestamp) -> Result<(), Error> {
    let allowed = account.grants_at(now).any(|held| {
        let by_role = matches!(
            held.grant.role.as_str(),
            "ROLE_LEADER" | "ROLE_MEMBER_AFFAIRS"
        );
        !held.break_glass && (by_role || held.may_break_glass)
    });
    if allowed {
        Ok(())
    } else {
        Err(Error::BreakGlassNotAllowed)
    }
}

//! A role that an account holds within a division, from a time to a time, and who gave it.

use jianyi_kernel::{Division, Fault, Grant, Id, IdKind, Pii, Timestamp, Violation};

use super::{Account, AccountKind, Duty, Error, VoucherSide};

/// Marker of grants.
pub(crate) enum GrantKind {}

impl IdKind for GrantKind {
    const COLLECTION: &'static str = "grants";
}

/// A grant as an account holds it.
#[derive(Debug, Clone)]
pub(crate) struct HeldGrant {
    pub(crate) id: Id<GrantKind>,
    pub(crate) account: Id<AccountKind>,
    pub(crate) grant: Grant,
    pub(crate) created_at: Timestamp,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) granted_by: String,
    pub(crate) may_break_glass: bool,
    pub(crate) break_glass: bool,
}

impl HeldGrant {
    /// Whether it counts at an instant.
    pub(crate) fn counts(&self, at: Timestamp) -> bool {
        self.valid_from <= at && !self.is_over(at)
    }

    pub(crate) fn is_over(&self, at: Timestamp) -> bool {
        self.valid_until.is_some_and(|until| until <= at)
    }

    /// Ends it now; one that has not begun never begins.
    pub(crate) fn end(mut self, now: Timestamp) -> Result<Self, Error> {
        if self.is_over(now) {
            return Err(Error::GrantEnded);
        }
        self.valid_until = Some(now.max(self.valid_from));
        Ok(self)
    }
}

/// A grant that is wanted.
#[derive(Debug, Clone)]
pub(crate) struct NewGrant {
    pub(crate) grant: Grant,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) may_break_glass: bool,
    pub(crate) break_glass: bool,
    pub(crate) reason: Pii<String>,
}

impl NewGrant {
    /// A role from now on, until it is ended.
    pub(crate) fn plain(role: &str, division: Division, reason: &str) -> Self {
        Self {
            grant: Grant {
                role: role.into(),
                division,
            },
            valid_from: None,
            valid_until: None,
            may_break_glass: false,
            break_glass: false,
            reason: Pii::new(reason.into()),
        }
    }
}

impl Account {
    /// Takes another grant on, from now or later: the past is not changed.
    pub(crate) fn take_on(
        &mut self,
        new: &NewGrant,
        id: Id<GrantKind>,
        by: &str,
        now: Timestamp,
    ) -> Result<HeldGrant, Fault> {
        if self.disabled_at.is_some() {
            return Err(Error::AlreadyDisabled.into());
        }
        let valid_from = new.valid_from.unwrap_or(now);
        if valid_from < now {
            return Err(Violation::new(
                "grant.valid_from",
                "NOT_RETROACTIVE",
                "a grant begins now or later".into(),
                "授权不得溯及既往,起始时间应不早于当前时间",
            )
            .into());
        }
        if new.valid_until.is_some_and(|until| until <= valid_from) {
            return Err(Violation::new(
                "grant.valid_until",
                "ENDS_BEFORE_IT_BEGINS",
                "a grant ends after it begins".into(),
                "授权的截止时间应晚于起始时间",
            )
            .into());
        }
        let duty = Duty::of(&new.grant.role);
        let side = VoucherSide::of(&new.grant.role);
        let apart = self.duty.is_some_and(|held| held != duty)
            || matches!((self.voucher_side, side), (Some(held), Some(wanted)) if held != wanted);
        if apart {
            return Err(Error::RolesApart.into());
        }
        let twice = self
            .grants
            .iter()
            .any(|held| held.grant == new.grant && !held.break_glass && !held.is_over(valid_from));
        if twice {
            return Err(Error::AlreadyGranted.into());
        }
        self.duty = Some(duty);
        self.voucher_side = self.voucher_side.or(side);
        self.version = self.version.saturating_add(1);
        let held = HeldGrant {
            id,
            account: self.id,
            grant: new.grant.clone(),
            created_at: now,
            valid_from,
            valid_until: new.valid_until,
            granted_by: by.into(),
            may_break_glass: new.may_break_glass,
            break_glass: new.break_glass,
        };
        self.grants.push(held.clone());
        Ok(held)
    }
}

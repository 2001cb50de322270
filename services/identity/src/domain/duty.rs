//! Which roles one account may hold together: those that check each other are held apart (G03, 三员分立).

/// What an account is for. The first grant decides, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// 系统管理员.
    System,
    /// 安全管理员.
    Security,
    /// 审计管理员.
    Audit,
    /// Reads all vouchers and writes nothing.
    Auditor,
    /// The association's work.
    Work,
}

impl Duty {
    /// The duty that a role belongs to.
    pub(crate) fn of(role: &str) -> Self {
        match role {
            "ROLE_SYSTEM_ADMINISTRATOR" => Self::System,
            "ROLE_SECURITY_ADMINISTRATOR" => Self::Security,
            "ROLE_AUDIT_ADMINISTRATOR" => Self::Audit,
            "ROLE_AUDITOR" => Self::Auditor,
            _ => Self::Work,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Security => "security",
            Self::Audit => "audit",
            Self::Auditor => "auditor",
            Self::Work => "work",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::System,
            Self::Security,
            Self::Audit,
            Self::Auditor,
            Self::Work,
        ]
        .into_iter()
        .find(|duty| duty.as_str() == text)
    }

    /// Whether the system needs somebody with it: without one nobody could make accounts, or grant.
    pub(crate) const fn is_indispensable(self) -> bool {
        match self {
            Self::System | Self::Security => true,
            Self::Audit | Self::Auditor | Self::Work => false,
        }
    }
}

/// The side of a voucher: who prepares never approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VoucherSide {
    /// 制单.
    Prepares,
    /// 复核.
    Approves,
}

impl VoucherSide {
    /// The side that a role is on, if any.
    pub(crate) fn of(role: &str) -> Option<Self> {
        match role {
            "ROLE_FINANCE" => Some(Self::Prepares),
            "ROLE_FINANCE_APPROVER" => Some(Self::Approves),
            _ => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Prepares => "prepares",
            Self::Approves => "approves",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Prepares, Self::Approves]
            .into_iter()
            .find(|side| side.as_str() == text)
    }
}

/// Whether people can hold a role at all; the others are for programs, and for everybody.
pub(crate) fn is_held_by_people(role: &str) -> bool {
    !matches!(
        role,
        "ROLE_OPERATOR" | "ROLE_AGENCY" | "ROLE_SERVICE" | "ROLE_PUBLIC" | "ROLE_UNSPECIFIED"
    )
}

//! Who is calling, and which call it is: what authorisation, row scope, idempotency and audit need to know.

use crate::Division;

/// Somebody who proved who they are, and how far that reaches in one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Opaque account id, or `service:care` for one of our own services. Never a person's name.
    pub subject: String,
    /// What they may do, and where.
    pub grants: Vec<Grant>,
    /// How they proved it.
    pub proof: Proof,
    /// What the call may touch.
    pub reach: Reach,
}

/// A role held within a division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Name of the role as the contract spells it, e.g. `ROLE_COUNTY_CLERK`.
    pub role: String,
    /// The division it reaches; a city's grant reaches its counties.
    pub division: Division,
}

/// How a caller proved who they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Twice: a password and a one-time code, or a key of their own.
    pub strong: bool,
    /// Id of the login session, for the audit log; empty for callers without one.
    pub session: String,
    /// The only method paths the caller was registered for; `None`: those of its roles.
    pub methods: Option<Vec<String>>,
}

/// The rows that one call may touch, which the database enforces. Nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Divisions of those grants that the method's policy admits; never of the caller's other roles.
    pub divisions: Vec<Division>,
    /// Whether people under confidentiality exist for this call.
    pub sealed: bool,
}

impl Reach {
    /// Everything: a service's own work.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            divisions: vec![Division::city()],
            sealed: true,
        }
    }
}

impl Caller {
    /// Nobody in particular, with rights to nothing.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            subject: "anonymous".into(),
            grants: Vec::new(),
            proof: Proof::default(),
            reach: Reach::default(),
        }
    }

    /// The caller that acts for a service's own background work.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self {
            subject: format!("service:{name}"),
            grants: vec![Grant {
                role: "ROLE_SERVICE".into(),
                division: Division::city(),
            }],
            proof: Proof {
                strong: true,
                ..Proof::default()
            },
            reach: Reach::everything(),
        }
    }

    /// Whether one of the roles is held for this division or one above it.
    #[must_use]
    pub fn holds(&self, roles: &[String], division: &Division) -> bool {
        self.grants
            .iter()
            .any(|grant| roles.contains(&grant.role) && grant.division.covers(division))
    }

    /// Whether any grant reaches this division.
    #[must_use]
    pub fn reaches(&self, division: &Division) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.division.covers(division))
    }
}

/// One mutating call: the key of idempotency and the subject of the audit row.
#[derive(Debug, Clone)]
pub struct Call {
    /// Full method path, `/jianyi.donation.v1.DonationService/RecordDonation`.
    pub method: String,
    /// Who calls.
    pub caller: Caller,
    /// The client's key for this call; repeating it repeats the answer, not the effect (AIP-155).
    pub request_id: Option<String>,
    /// SHA-256 of the encoded request, to tell a repeat from a reuse. Guessable, so it is stored keyed only.
    pub request_hash: [u8; 32],
    /// Whether the method's policy asks for an audit row.
    pub audited: bool,
    /// What personal data is wanted for; stated by calls that reveal it, and kept in the audit row.
    pub purpose: Option<String>,
    /// Whether the answer shows personal data unmasked, as the method's policy says.
    pub reveals: bool,
    /// W3C trace context of the call, handed on to the events it causes.
    pub traceparent: Option<String>,
}

impl Call {
    /// A call that one of our own services makes on its own account (consumers, schedules).
    #[must_use]
    pub fn background(service: &str, method: &str) -> Self {
        Self {
            method: method.into(),
            caller: Caller::service(service),
            request_id: None,
            request_hash: [0; 32],
            audited: true,
            purpose: None,
            reveals: false,
            traceparent: None,
        }
    }
}

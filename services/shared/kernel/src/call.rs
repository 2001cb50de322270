//! Who is calling, and which call it is: what authorisation, idempotency and audit need to know.

use crate::Division;

/// Somebody who proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Opaque account id, or `service:care` for one of our own services. Never a person's name.
    pub subject: String,
    /// What they may do, and where.
    pub grants: Vec<Grant>,
}

/// A role held within a division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Name of the role as the contract spells it, e.g. `ROLE_COUNTY_CLERK`.
    pub role: String,
    /// The division it reaches; a city's grant reaches its counties.
    pub division: Division,
}

impl Caller {
    /// The caller that acts for a service's own background work.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self {
            subject: format!("service:{name}"),
            grants: vec![Grant {
                role: "ROLE_SERVICE".into(),
                division: Division::city(),
            }],
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
    /// Code of the purpose the caller stated, for calls that show personal data.
    pub purpose: Option<String>,
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
            traceparent: None,
        }
    }
}

//! People's requests about their own data in and out.

use jianyi_kernel::{Fault, Violation, Violations};
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{instant, optional_day, personal_text, reference};
use crate::codes;
use crate::domain::county::County;
use crate::domain::subject_request::{Asked, Request, State, StateKind};
use crate::usecase::Named;

/// Reads a request to be opened, with everything that is wrong with it.
pub(crate) fn asked(
    county: &County,
    wire: Option<pb::SubjectRequest>,
    today: Date,
) -> Result<Asked, Fault> {
    let wire = wire.ok_or_else(|| Violation::required("subject_request"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let person = reference(v, county, "subject_request.person", &wire.person);
    let kind = codes::require(v, "subject_request.kind", wire.kind);
    let requester = codes::require(v, "subject_request.requester", wire.requester);
    let evidence = personal_text(v, "subject_request.evidence", &wire.evidence, 100);
    let received_on = optional_day(v, "subject_request.received_on", &wire.received_on);
    let asked = (|| {
        Some(Asked {
            person: person?,
            kind: kind?,
            requester: requester?,
            evidence: evidence?,
            received_on: received_on.unwrap_or(today),
        })
    })();
    violations.finish_with(asked)
}

impl From<Named<'_, Request>> for pb::SubjectRequest {
    fn from(Named { app, it: request }: Named<'_, Request>) -> Self {
        let asked = request.asked;
        let (state, outcome, closed_on, refusal_reason) = match request.state {
            State::Open => (StateKind::Open, None, String::new(), String::new()),
            State::Fulfilled { outcome, on } => (
                StateKind::Fulfilled,
                Some(outcome),
                on.to_string(),
                String::new(),
            ),
            State::Refused { reason, on } => (
                StateKind::Refused,
                None,
                on.to_string(),
                reason.expose("told to the person").clone(),
            ),
        };
        Self {
            name: app.name(request.id),
            person: app.name(asked.person),
            kind: codes::number(Some(asked.kind)),
            requester: codes::number(Some(asked.requester)),
            evidence: asked.evidence.expose("the layer masks").clone(),
            received_on: asked.received_on.to_string(),
            due_on: request.due_on.to_string(),
            state: codes::number(Some(state)),
            outcome: codes::number(outcome),
            closed_on,
            refusal_reason,
            create_time: instant(request.created_at),
            etag: request.version.to_string(),
        }
    }
}

//! Tables `subject_requests` and `subject_request_terms`.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Pii, Timestamp};
use time::Date;
use uuid::Uuid;

use crate::domain::consent::Giver;
use crate::domain::person::PersonId;
use crate::domain::subject_request::{Asked, Kind, Outcome, Request, RequestId, State, StateKind};

/// How many working days there are to answer a request that came in on a day.
pub(crate) async fn working_days(conn: &mut PgConnection, on: Date) -> Result<i32, Fault> {
    sqlx::query_scalar!(
        "select working_days from subject_request_terms where valid_from <= $1 order by valid_from desc limit 1",
        on
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Fault::internal("no term for subject requests on that day"))
}

struct Row {
    id: RequestId,
    version: i64,
    created_at: Timestamp,
    person_id: PersonId,
    kind: Kind,
    requester: Giver,
    evidence: Vec<u8>,
    received_on: Date,
    due_on: Date,
    outcome: Option<Outcome>,
    closed_on: Option<Date>,
    refusal_reason: Option<Vec<u8>>,
}

impl Row {
    fn assemble(self, cipher: &FieldCipher) -> Result<Request, Fault> {
        let open = |column, sealed: &[u8]| {
            cipher
                .open_text(&place(self.id, column), sealed)
                .map(Pii::new)
        };
        let state = match (self.closed_on, self.outcome, &self.refusal_reason) {
            (Some(on), Some(outcome), _) => State::Fulfilled { outcome, on },
            (Some(on), None, Some(reason)) => State::Refused {
                reason: open("refusal_reason", reason)?,
                on,
            },
            (_, _, _) => State::Open,
        };
        Ok(Request {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            asked: Asked {
                person: self.person_id,
                kind: self.kind,
                requester: self.requester,
                evidence: open("evidence", &self.evidence)?,
                received_on: self.received_on,
            },
            due_on: self.due_on,
            state,
        })
    }
}

fn place(id: RequestId, column: &str) -> String {
    format!("subject_requests/{id}/{column}")
}

/// A request, kept from changing until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: RequestId,
) -> Result<Option<Request>, Fault> {
    sqlx::query_as!(
        Row,
        r#"select id as "id: RequestId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", kind as "kind: Kind", requester as "requester: Giver", evidence,
                  received_on, due_on, outcome as "outcome: Outcome", closed_on, refusal_reason
           from subject_requests where id = $1 for update"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(|row| row.assemble(cipher))
    .transpose()
}

/// Requests, the most urgent first.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    state: Option<StateKind>,
    person: Option<PersonId>,
) -> Result<Vec<Request>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: RequestId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", kind as "kind: Kind", requester as "requester: Giver", evidence,
                  received_on, due_on, outcome as "outcome: Outcome", closed_on, refusal_reason
           from subject_requests
           where ($1::text is null or state = $1) and ($2::uuid is null or person_id = $2)
             and exists (select from people where people.id = person_id and handed_to is null)
           order by due_on, id limit 500"#,
        state as _,
        person.map(PersonId::as_uuid)
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.assemble(cipher)).collect()
}

/// Which requests a person has made.
pub(crate) async fn ids_of(conn: &mut PgConnection, person: PersonId) -> Result<Vec<Uuid>, Fault> {
    Ok(sqlx::query_scalar!(
        "select id from subject_requests where person_id = $1",
        person.as_uuid()
    )
    .fetch_all(conn)
    .await?)
}

/// Adds an open request.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    request: &Request,
) -> Result<(), Fault> {
    let asked = &request.asked;
    sqlx::query!(
        "insert into subject_requests (id, version, created_at, person_id, kind, requester, evidence, received_on,
             due_on, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')",
        request.id.as_uuid(),
        request.version,
        request.created_at as _,
        asked.person.as_uuid(),
        asked.kind as _,
        asked.requester as _,
        cipher.seal(
            &place(request.id, "evidence"),
            asked.evidence.expose("seal").as_bytes()
        )?,
        asked.received_on,
        request.due_on
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores what may change: version and state.
pub(crate) async fn save(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    request: &Request,
    now: Timestamp,
) -> Result<(), Fault> {
    let (kind, outcome, closed_on, reason) = match &request.state {
        State::Open => (StateKind::Open, None, None, None),
        State::Fulfilled { outcome, on } => (StateKind::Fulfilled, Some(*outcome), Some(*on), None),
        State::Refused { reason, on } => (StateKind::Refused, None, Some(*on), Some(reason)),
    };
    let reason = reason
        .map(|reason| {
            cipher.seal(
                &place(request.id, "refusal_reason"),
                reason.expose("seal").as_bytes(),
            )
        })
        .transpose()?;
    sqlx::query!(
        "update subject_requests set version = $2, updated_at = $3, state = $4, outcome = $5, closed_on = $6,
             refusal_reason = $7
         where id = $1",
        request.id.as_uuid(),
        request.version,
        now as _,
        kind as _,
        outcome as _,
        closed_on,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

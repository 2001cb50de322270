//! Looks at the requests of people about their own data; that somebody looked is recorded.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::App;
use crate::domain::person::PersonId;
use crate::domain::subject_request::StateKind;
use crate::store;

pub(crate) async fn run(
    app: &App,
    call: &Call,
    state: Option<StateKind>,
    person: Option<PersonId>,
) -> Result<Committed<pb::ListSubjectRequestsResponse>, Fault> {
    let mut uow = match app
        .db
        .begin::<pb::ListSubjectRequestsResponse>(call)
        .await?
    {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let found = store::subject_requests::list(uow.conn(), &cipher, state, person).await?;
    let subject_requests = found
        .into_iter()
        .map(|request| app.named(request).into())
        .collect();
    uow.commit(pb::ListSubjectRequestsResponse { subject_requests })
        .await
}

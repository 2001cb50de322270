//! Handlers of consents.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use tonic::Request;

use super::convert::{self, as_of, optional_day, reference};
use super::guard;
use crate::store;
use crate::usecase::{App, create_consent, fence, withdraw_consent};

pub(crate) async fn purposes(
    app: &App,
    request: Request<pb::ListConsentPurposesRequest>,
) -> Result<pb::ListConsentPurposesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let day = as_of(app, &request.as_of)?;
    let mut conn = app.db.read(&caller).await?;
    let purposes = store::consents::purposes(&mut conn, day).await?;
    Ok(pb::ListConsentPurposesResponse {
        purposes: purposes.into_iter().map(Into::into).collect(),
    })
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateConsentRequest>,
) -> Result<pb::Consent, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let (person, paper) = convert::consent::given(&app.county, request.consent)?;
    Ok(create_consent::run(app, &call, person, paper)
        .await?
        .into_reply())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListConsentsRequest>,
) -> Result<pb::ListConsentsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let person = reference(&mut violations, &app.county, "person", &request.person);
    let day = optional_day(&mut violations, "as_of", &request.as_of);
    let person = violations.finish_with(person)?;
    let mut conn = app.db.read(&caller).await?;
    fence::admit_read(&mut conn, &caller, person.as_uuid(), &request.person).await?;
    let consents = store::consents::list(&mut conn, app.db.cipher(), person, day).await?;
    Ok(pb::ListConsentsResponse {
        consents: consents
            .into_iter()
            .map(|consent| app.named(consent).into())
            .collect(),
    })
}

pub(crate) async fn withdraw(
    app: &App,
    request: Request<pb::WithdrawConsentRequest>,
) -> Result<pb::Consent, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let day = optional_day(&mut violations, "withdrawn_on", &request.withdrawn_on);
    violations.finish()?;
    Ok(withdraw_consent::run(app, &call, target, day)
        .await?
        .into_reply())
}

//! Handlers of people's requests about their own data.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use tonic::Request;

use super::convert::{self, optional_reference, person, personal_text};
use super::guard;
use crate::codes;
use crate::usecase::{
    App, fulfil_subject_request, list_subject_requests, open_subject_request,
    refuse_subject_request,
};

pub(crate) async fn open(
    app: &App,
    request: Request<pb::OpenSubjectRequestRequest>,
) -> Result<pb::SubjectRequest, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let today = app.db.clock().today();
    let asked = convert::subject_request::asked(&app.county, request.subject_request, today)?;
    Ok(open_subject_request::run(app, &call, asked)
        .await?
        .into_reply())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListSubjectRequestsRequest>,
) -> Result<pb::ListSubjectRequestsResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let state = codes::read(v, "state", request.state);
    let person = optional_reference(v, &app.county, "person", &request.person);
    violations.finish()?;
    Ok(list_subject_requests::run(app, &call, state, person)
        .await?
        .into_reply())
}

pub(crate) async fn fulfil(
    app: &App,
    request: Request<pb::FulfilSubjectRequestRequest>,
) -> Result<pb::FulfilSubjectRequestResponse, Fault> {
    // What the data is taken out for is the request itself.
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().name)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mask = request.update_mask.unwrap_or_default();
    let correction = request.correction.unwrap_or_default();
    let patch = person::patch(&app.county, &correction, &mask)?;
    Ok(fulfil_subject_request::run(app, &call, target, patch)
        .await?
        .into_reply())
}

pub(crate) async fn refuse(
    app: &App,
    request: Request<pb::RefuseSubjectRequestRequest>,
) -> Result<pb::SubjectRequest, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let reason = personal_text(&mut violations, "reason", &request.reason, 500);
    let reason = violations.finish_with(reason)?;
    Ok(refuse_subject_request::run(app, &call, target, reason)
        .await?
        .into_reply())
}

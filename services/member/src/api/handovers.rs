//! Handlers of hand-overs. Those of confidential people exist only for the methods whose policy says so.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_proto::name;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{day, window};
use super::guard;
use crate::codes;
use crate::domain::person::PersonKey;
use crate::store::handovers::Filter;
use crate::usecase::{
    App, accept_handover, list_handovers, offer_handover, refuse_handover, withdraw_handover,
};

pub(crate) async fn offer(
    app: &App,
    request: Request<pb::OfferHandoverRequest>,
) -> Result<pb::Handover, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target::<PersonKey>(app, &request.name, String::new())?;
    let mut violations = Violations::new();
    let to = violations.take(name::parse_parent("to_county", &request.to_county));
    let on = day(&mut violations, "effective_on", &request.effective_on);
    let (to, on) = violations.finish_with(to.zip(on))?;
    Ok(offer_handover::run(app, &call, target.id, to, on)
        .await?
        .into_reply())
}

pub(crate) async fn accept(
    app: &App,
    request: Request<pb::AcceptHandoverRequest>,
) -> Result<pb::Handover, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    Ok(accept_handover::run(app, &call, target).await?.into_reply())
}

pub(crate) async fn refuse(
    app: &App,
    request: Request<pb::RefuseHandoverRequest>,
) -> Result<pb::Handover, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    Ok(refuse_handover::run(app, &call, target).await?.into_reply())
}

pub(crate) async fn withdraw(
    app: &App,
    request: Request<pb::WithdrawHandoverRequest>,
) -> Result<pb::Handover, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    Ok(withdraw_handover::run(app, &call, target)
        .await?
        .into_reply())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListHandoversRequest>,
) -> Result<pb::ListHandoversResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let filter = Filter {
        side: codes::read(&mut violations, "side", request.side),
        state: codes::read(&mut violations, "state", request.state),
    };
    violations.finish()?;
    let filters = format!("handovers {}|{}", request.side, request.state);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    Ok(
        list_handovers::run(app, &call, &filter, &page, window(&page))
            .await?
            .into_reply(),
    )
}

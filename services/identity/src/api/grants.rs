//! Handlers of grants, lasting ones and those of an emergency.

use jianyi_kernel::{Fault, Pii};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use tonic::Request;

use super::convert;
use crate::domain::{AccountKind, Emergency, GrantKind, NewGrant};
use crate::usecase::{self, App};

pub(super) async fn add(
    app: &App,
    request: Request<pb::AddGrantRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let new = NewGrant::try_from(request.into_inner())?;
    Ok(usecase::add_grant(app, &call, id, &new).await?.into_reply())
}

pub(super) async fn end(
    app: &App,
    request: Request<pb::EndGrantRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let (account, grant) =
        name::parse_child::<AccountKind, GrantKind>("name", &request.get_ref().name)?;
    Ok(usecase::end_grant(app, &call, account, grant)
        .await?
        .into_reply())
}

pub(super) async fn open_break_glass(
    app: &App,
    request: Request<pb::OpenBreakGlassRequest>,
) -> Result<pb::BreakGlass, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let emergency = Emergency {
        grant: convert::grant("", request.role, &request.division).map_err(Fault::Invalid)?,
        reason: Pii::new(request.reason),
        minutes: request.minutes,
    };
    Ok(usecase::open_break_glass(app, &call, emergency)
        .await?
        .into_reply())
}

pub(super) async fn close_break_glass(
    app: &App,
    request: Request<pb::CloseBreakGlassRequest>,
) -> Result<pb::BreakGlass, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let (account, grant) =
        name::parse_child::<AccountKind, GrantKind>("name", &request.get_ref().name)?;
    Ok(usecase::close_break_glass(app, &call, account, grant)
        .await?
        .into_reply())
}

//! Handlers of second factors.

use jianyi_kernel::{Fault, Pii};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use tonic::Request;

use crate::usecase::{self, App};

pub(super) async fn begin(
    app: &App,
    request: Request<pb::BeginTotpRequest>,
) -> Result<pb::BeginTotpResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    Ok(usecase::begin_totp(app, &call).await?.into_reply())
}

pub(super) async fn confirm(
    app: &App,
    request: Request<pb::ConfirmTotpRequest>,
) -> Result<pb::ConfirmTotpResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let code = Pii::new(request.into_inner().code);
    Ok(usecase::confirm_totp(app, &call, &code).await?.into_reply())
}

pub(super) async fn reset(
    app: &App,
    request: Request<pb::ResetSecondFactorRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    Ok(usecase::reset_second_factor(app, &call, id)
        .await?
        .into_reply())
}

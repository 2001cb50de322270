//! Handlers of clients and their tokens.

use jianyi_kernel::{Fault, Pii};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use tonic::Request;

use super::convert;
use crate::domain::Client;
use crate::store;
use crate::usecase::{self, App, NewClient, Shown};

pub(super) async fn register(
    app: &App,
    request: Request<pb::RegisterClientRequest>,
) -> Result<pb::Client, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = NewClient::try_from(request.into_inner().client.unwrap_or_default())?;
    Ok(usecase::register_client(app, &call, new)
        .await?
        .into_reply())
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListClientsRequest>,
) -> Result<pb::ListClientsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let mut conn = app.db.read(&caller).await?;
    let clients = store::clients::all(&mut conn).await?;
    Ok(pb::ListClientsResponse {
        clients: clients.into_iter().map(Client::into).collect(),
    })
}

pub(super) async fn rotate_key(
    app: &App,
    request: Request<pb::RotateClientKeyRequest>,
) -> Result<pb::Client, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let id = name::parse("name", &request.name)?;
    let key = convert::key(&request.public_key_jwk, &request.certificate_sha256, "")?;
    Ok(usecase::rotate_client_key(app, &call, id, key)
        .await?
        .into_reply())
}

pub(super) async fn disable(
    app: &App,
    request: Request<pb::DisableClientRequest>,
) -> Result<pb::Client, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    Ok(usecase::disable_client(app, &call, id).await?.into_reply())
}

pub(super) async fn exchange(
    app: &App,
    request: Request<pb::ExchangeAssertionRequest>,
) -> Result<pb::ExchangeAssertionResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let certificate = jianyi_rpc::peer_certificate(&request)
        .map(|digest| digest.iter().map(|byte| format!("{byte:02x}")).collect());
    let request = request.into_inner();
    let shown = Shown {
        assertion: (!request.assertion.is_empty()).then(|| Pii::new(request.assertion)),
        client: request.client,
        certificate,
    };
    Ok(usecase::exchange_assertion(app, call, &shown)
        .await?
        .into_reply())
}

//! Granted benefits.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Violations};
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call, reveal_call};
use tonic::Request;

use crate::convert::grant::{parse, reply};
use crate::convert::{self, OnTheWire as _};
use crate::domain::id::GrantKind;
use crate::domain::policy::BenefitKind;
use crate::store;
use crate::usecase::end_grant::End;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateEntitlementGrantRequest>,
) -> Result<Committed<pb::EntitlementGrant>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().entitlement_grant, app.db.clock())?;
    usecase::grant_entitlement::grant_entitlement(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetEntitlementGrantRequest>,
) -> Result<pb::EntitlementGrant, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<GrantKind>("name", &request.get_ref().name)?;
    let found = store::grants::find(&mut *app.db.read(&caller).await?, id).await?;
    reply(
        &found.ok_or_else(|| Fault::NotFound(id.name()))?,
        app.db.cipher(),
    )
}

pub(super) async fn reveal(
    app: &App,
    request: Request<pb::RevealEntitlementGrantRequest>,
) -> Result<Committed<pb::EntitlementGrant>, Fault> {
    let call = reveal_call(&request, &request.get_ref().purpose)?;
    let id = name::parse::<GrantKind>("name", &request.get_ref().name)?;
    usecase::reveal_grant::reveal_grant(app, &call, id).await
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListEntitlementGrantsRequest>,
) -> Result<pb::ListEntitlementGrantsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let filters = format!("grants hero={} benefit={}", request.hero, request.benefit);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let benefit = BenefitKind::from_wire(request.benefit());
    let hero = (!request.hero.is_empty()).then_some(request.hero.as_str());
    let rows = store::grants::list(&mut *app.db.read(&caller).await?, hero, benefit, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    let entitlement_grants = rows
        .iter()
        .map(|row| reply(row, app.db.cipher()))
        .collect::<Result<_, _>>()?;
    Ok(pb::ListEntitlementGrantsResponse {
        entitlement_grants,
        next_page_token,
    })
}

pub(super) async fn end(
    app: &App,
    request: Request<pb::EndGrantRequest>,
) -> Result<Committed<pb::EntitlementGrant>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let mut v = Violations::new();
    let id = v.take(name::parse("name", &request.name));
    let on = convert::optional_day(&mut v, "ended_on", &request.ended_on);
    let reason = convert::code(&mut v, "reason", &request.reason);
    let etag = request.etag;
    let (id, end) = v.finish_with(
        id.zip(on)
            .zip(reason)
            .map(|((id, on), reason)| (id, End { on, reason, etag })),
    )?;
    usecase::end_grant::end_grant(app, &call, id, end).await
}

//! Policies.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::OnTheWire as _;
use crate::convert::policy::parse;
use crate::domain::id::PolicyKind;
use crate::domain::policy::BenefitKind;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateEntitlementPolicyRequest>,
) -> Result<Committed<pb::EntitlementPolicy>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().entitlement_policy, app.db.clock())?;
    usecase::adopt_policy::adopt_policy(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetEntitlementPolicyRequest>,
) -> Result<pb::EntitlementPolicy, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<PolicyKind>("name", &request.get_ref().name)?;
    let found = store::policies::find(&mut *app.db.read(&caller).await?, id).await?;
    found
        .as_ref()
        .map(pb::EntitlementPolicy::from)
        .ok_or_else(|| Fault::NotFound(id.name()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListEntitlementPoliciesRequest>,
) -> Result<pb::ListEntitlementPoliciesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let filters = format!("policies benefit={}", request.benefit);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let benefit = BenefitKind::from_wire(request.benefit());
    let rows = store::policies::list(&mut *app.db.read(&caller).await?, benefit, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    let entitlement_policies = rows.iter().map(pb::EntitlementPolicy::from).collect();
    Ok(pb::ListEntitlementPoliciesResponse {
        entitlement_policies,
        next_page_token,
    })
}

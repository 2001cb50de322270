//! Handlers of units.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{as_of, day, known_date, optional_reference, org_unit, window};
use super::guard;
use crate::store::org_units::Filter;
use crate::usecase::{App, close_org_unit, create_org_unit, rename_org_unit};
use crate::{codes, store};

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateOrgUnitRequest>,
) -> Result<pb::OrgUnit, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let profile = org_unit::profile(&app.county, request.org_unit)?;
    Ok(create_org_unit::run(app, &call, profile)
        .await?
        .into_reply())
}

pub(crate) async fn rename(
    app: &App,
    request: Request<pb::RenameOrgUnitRequest>,
) -> Result<pb::OrgUnit, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let display_name =
        violations.text("display_name", &request.display_name, org_unit::NAME_LENGTH);
    let effective_on = day(&mut violations, "effective_on", &request.effective_on);
    let (display_name, effective_on) = violations.finish_with(display_name.zip(effective_on))?;
    Ok(
        rename_org_unit::run(app, &call, target, display_name, effective_on)
            .await?
            .into_reply(),
    )
}

pub(crate) async fn close(
    app: &App,
    request: Request<pb::CloseOrgUnitRequest>,
) -> Result<pb::OrgUnit, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let closed_on = known_date(&mut violations, "closed_on", &request.closed_on);
    let closed_on = violations.finish_with(closed_on)?;
    Ok(close_org_unit::run(app, &call, target, closed_on)
        .await?
        .into_reply())
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetOrgUnitRequest>,
) -> Result<pb::OrgUnit, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let day = as_of(app, &request.as_of)?;
    let mut conn = app.db.read(&caller).await?;
    let unit = store::org_units::get(&mut conn, id, day)
        .await?
        .ok_or(Fault::NotFound(request.name))?;
    Ok(app.named(unit).into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListOrgUnitsRequest>,
) -> Result<pb::ListOrgUnitsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let kind = codes::read(&mut violations, "kind", request.kind);
    let tier = codes::read(&mut violations, "tier", request.tier);
    let parent = optional_reference(
        &mut violations,
        &app.county,
        "parent_unit",
        &request.parent_unit,
    );
    let day = violations.take(as_of(app, &request.as_of));
    let as_of = violations.finish_with(day)?;
    let filters = format!(
        "{}|{}|{}|{}",
        request.kind, request.tier, request.parent_unit, request.as_of
    );
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let filter = Filter {
        kind,
        parent,
        tier,
        as_of,
    };
    let rows = store::org_units::list(&mut conn, &filter, window(&page)).await?;
    let (rows, next_page_token) = page.cut(rows, |unit| (unit.created_at, unit.id.as_uuid()));
    let org_units = rows
        .into_iter()
        .map(|unit| app.named(unit).into())
        .collect();
    Ok(pb::ListOrgUnitsResponse {
        org_units,
        next_page_token,
        unreachable: Vec::new(),
    })
}

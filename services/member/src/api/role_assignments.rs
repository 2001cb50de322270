//! Handlers of roles.

use jianyi_kernel::{Fault, Violation, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{as_of, day, optional_day, optional_reference, role_assignment, window};
use super::guard;
use crate::domain::org_unit::Tier;
use crate::store::roles::Filter;
use crate::usecase::{App, create_role_assignment, end_role};
use crate::{codes, store};

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateRoleAssignmentRequest>,
) -> Result<pb::RoleAssignment, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let profile = role_assignment::profile(&app.county, request.role_assignment)?;
    Ok(create_role_assignment::run(app, &call, profile)
        .await?
        .into_reply())
}

pub(crate) async fn end(
    app: &App,
    request: Request<pb::EndRoleRequest>,
) -> Result<pb::RoleAssignment, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let last_day = day(&mut violations, "last_day", &request.last_day);
    let last_day = violations.finish_with(last_day)?;
    // The last day is still held; the span is half-open (V-18).
    let to = last_day.next_day().ok_or_else(|| {
        Violation::new(
            "last_day",
            "DATE_MALFORMED",
            "there is no day after this one".into(),
            "日期超出范围,请核对",
        )
    })?;
    Ok(end_role::run(app, &call, target, to).await?.into_reply())
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetRoleAssignmentRequest>,
) -> Result<pb::RoleAssignment, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
    let role = store::roles::get(&mut conn, id)
        .await?
        .ok_or(Fault::NotFound(request.name))?;
    Ok(app.named(role).into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListRoleAssignmentsRequest>,
) -> Result<pb::ListRoleAssignmentsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let filter = Filter {
        kind: codes::read(v, "kind", request.kind),
        domain: codes::read(v, "domain", request.domain),
        person: optional_reference(v, &app.county, "person", &request.person),
        org_unit: optional_reference(v, &app.county, "org_unit", &request.org_unit),
        as_of: optional_day(v, "as_of", &request.as_of),
    };
    violations.finish()?;
    let filters = format!(
        "{}|{}|{}|{}|{}",
        request.kind, request.domain, request.person, request.org_unit, request.as_of
    );
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::roles::list(&mut conn, &filter, window(&page)).await?;
    let (rows, next_page_token) = page.cut(rows, |role| (role.created_at, role.id.as_uuid()));
    let role_assignments = rows
        .into_iter()
        .map(|role| app.named(role).into())
        .collect();
    Ok(pb::ListRoleAssignmentsResponse {
        role_assignments,
        next_page_token,
        unreachable: Vec::new(),
    })
}

pub(crate) async fn count_volunteers(
    app: &App,
    request: Request<pb::CountVolunteersRequest>,
) -> Result<pb::CountVolunteersResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let tier: Option<Tier> = codes::read(&mut violations, "tier", request.tier);
    let day = violations.take(as_of(app, &request.as_of));
    let day = violations.finish_with(day)?;
    let mut conn = app.db.read(&caller).await?;
    let (recorded_persons, recorded_roles) =
        store::roles::count_volunteers(&mut conn, day, tier).await?;
    Ok(pb::CountVolunteersResponse {
        as_of: day.to_string(),
        recorded_persons,
        recorded_roles,
    })
}

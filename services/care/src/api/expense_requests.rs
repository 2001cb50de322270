//! Requests for money.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call, require_request_id};
use tonic::Request;

use crate::convert::expense_request::parse;
use crate::domain::id::{ActivityIdKind, ExpenseRequestKind};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateExpenseRequestRequest>,
) -> Result<Committed<pb::ExpenseRequest>, Fault> {
    require_request_id(&request.get_ref().request_id)?;
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().expense_request, app.db.clock())?;
    usecase::request_expense::request_expense(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetExpenseRequestRequest>,
) -> Result<pb::ExpenseRequest, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<ExpenseRequestKind>("name", &request.get_ref().name)?;
    let found = store::expense_requests::find(&mut *app.db.read(&caller).await?, id).await?;
    found
        .as_ref()
        .map(pb::ExpenseRequest::from)
        .ok_or_else(|| Fault::NotFound(id.name()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListExpenseRequestsRequest>,
) -> Result<pb::ListExpenseRequestsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let activity = match request.activity.as_str() {
        "" => None,
        text => Some(name::parse::<ActivityIdKind>("activity", text)?),
    };
    let filters = format!("expense requests activity={}", request.activity);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let rows =
        store::expense_requests::list(&mut *app.db.read(&caller).await?, activity, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    let expense_requests = rows.iter().map(pb::ExpenseRequest::from).collect();
    Ok(pb::ListExpenseRequestsResponse {
        expense_requests,
        next_page_token,
    })
}

pub(super) async fn cancel(
    app: &App,
    request: Request<pb::CancelExpenseRequestRequest>,
) -> Result<Committed<pb::ExpenseRequest>, Fault> {
    require_request_id(&request.get_ref().request_id)?;
    let call = call(&request, &request.get_ref().request_id)?;
    let request = request.get_ref();
    let id = name::parse("name", &request.name)?;
    usecase::cancel_expense_request::cancel_expense_request(app, &call, id, &request.etag).await
}

//! Handlers of stated totals.

use jianyi_kernel::Fault;
use jianyi_proto::api::v1::CountStatement;
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{count_statement, window};
use super::guard;
use crate::domain::count_statement::Subject;
use crate::store;
use crate::usecase::{App, create_count_statement};

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateCountStatementRequest>,
) -> Result<CountStatement, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let profile = count_statement::profile(&app.county, request.count_statement)?;
    Ok(create_count_statement::run(app, &call, profile)
        .await?
        .into_reply())
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetCountStatementRequest>,
) -> Result<CountStatement, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
    let found = store::count_statements::get(&mut conn, id).await?;
    Ok(app
        .named(found.ok_or(Fault::NotFound(request.name))?)
        .into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListCountStatementsRequest>,
) -> Result<pb::ListCountStatementsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let subject = match request.subject.as_str() {
        "" => None,
        text => Some(Subject::parse("subject", text)?),
    };
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &request.subject,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let subject = subject.as_ref().map(Subject::as_str);
    let rows = store::count_statements::list(&mut conn, subject, window(&page)).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    let count_statements = rows.into_iter().map(|row| app.named(row).into()).collect();
    Ok(pb::ListCountStatementsResponse {
        count_statements,
        next_page_token,
        unreachable: Vec::new(),
    })
}

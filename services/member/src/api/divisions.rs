//! Reads of the division table; the same in every county.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{as_of, division, window};
use crate::codes;
use crate::store;
use crate::store::divisions::Filter;
use crate::usecase::App;

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetDivisionRequest>,
) -> Result<pb::Division, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let code = division::code("name", &request.name)?;
    let day = as_of(app, &request.as_of)?;
    let mut conn = app.db.read(&caller).await?;
    let found = store::divisions::get(&mut conn, code.as_str(), day).await?;
    found.map(Into::into).ok_or(Fault::NotFound(request.name))
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListDivisionsRequest>,
) -> Result<pb::ListDivisionsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let mut violations = Violations::new();
    let parent = (!request.parent.is_empty())
        .then(|| violations.take(division::code("parent", &request.parent)))
        .flatten();
    let kind = codes::read(&mut violations, "kind", request.kind);
    let level = codes::read(&mut violations, "level", request.level);
    let day = violations.take(as_of(app, &request.as_of));
    let as_of = violations.finish_with(day)?;
    let filters = format!(
        "{}|{}|{}|{}",
        request.parent, request.kind, request.level, request.as_of
    );
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let filter = Filter {
        parent,
        kind,
        level,
        as_of,
    };
    let rows = store::divisions::list(&mut conn, &filter, window(&page)).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id));
    Ok(pb::ListDivisionsResponse {
        divisions: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

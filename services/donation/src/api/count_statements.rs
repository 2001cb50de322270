//! Stated totals on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Violation, Violations};
use jianyi_proto::api::v1 as shared;
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::count_statement::{self, CountStatement};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateCountStatementRequest>,
) -> Result<Committed<shared::CountStatement>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(
        app.clock(),
        request.into_inner().count_statement.unwrap_or_default(),
    )?;
    usecase::state_count::state(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetCountStatementRequest>,
) -> Result<shared::CountStatement, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(shared::CountStatement::from(
        &store::count_statements::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListCountStatementsRequest>,
) -> Result<pb::ListCountStatementsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let filters = format!("countStatements/{}", asked.subject);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows =
        store::count_statements::list(&mut conn, wire::filter(&asked.subject), &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListCountStatementsResponse {
        count_statements: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: shared::CountStatement) -> Result<CountStatement, Fault> {
    let mut v = Violations::new();
    let subject = v.take(count_statement::subject(
        "count_statement.subject",
        &given.subject,
    ));
    let count = v.take(convert::count("count_statement.count", given.count));
    let unit = v.optional_text("count_statement.unit", &given.unit, 20);
    let as_of = wire::fuzzy(&mut v, "count_statement.as_of", &given.as_of);
    let division = wire::division(&mut v, "count_statement.division", &given.division);
    let provenance = wire::provenance(&mut v, "count_statement", given.provenance);
    if matches!(&provenance, Some((sources, _)) if sources.is_empty()) {
        v.push(Violation::required("count_statement.provenance.sources"));
    }
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(CountStatement {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            subject: subject?,
            count: count?,
            unit: unit?,
            as_of: as_of?,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&CountStatement> for shared::CountStatement {
    fn from(of: &CountStatement) -> Self {
        Self {
            name: of.id.name(),
            subject: of.subject.clone(),
            division: of.division.to_string(),
            count: Some(of.count.into()),
            unit: of.unit.clone(),
            as_of: of.as_of.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
        }
    }
}

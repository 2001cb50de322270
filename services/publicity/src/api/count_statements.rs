//! Count statements on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Violation};
use jianyi_proto::api::v1 as api;
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::count_statement::Subject;
use crate::domain::{CountStatement, Recorded};
use crate::{store, usecase};

fn read(form: &mut Form, wire: api::CountStatement) -> Option<CountStatement> {
    let subject = form.take("subject", |at| Subject::parse(at, &wire.subject));
    let count = form.count("count", wire.count);
    let unit = form.text("unit", &wire.unit, 20);
    let as_of = form.fuzzy("as_of", &wire.as_of);
    let origin = form.origin(&wire.division, wire.provenance);
    let origin = origin.and_then(|origin| {
        form.take("provenance.sources", |at| {
            if origin.provenance.sources.is_empty() {
                return Err(Violation::required(at));
            }
            Ok(origin)
        })
    });
    Some(CountStatement {
        subject: subject?,
        count: count?,
        unit: unit?,
        as_of: as_of?,
        origin: origin?,
    })
}

impl From<Recorded<CountStatement>> for api::CountStatement {
    fn from(record: Recorded<CountStatement>) -> Self {
        let name = record.name();
        let CountStatement {
            subject,
            count,
            unit,
            as_of,
            origin,
        } = record.fact;
        Self {
            name,
            subject: subject.as_str().into(),
            division: origin.division.to_string(),
            count: Some(count.into()),
            unit,
            as_of: as_of.to_string(),
            provenance: wire::provenance(origin.provenance),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateCountStatementRequest>,
) -> Result<Committed<api::CountStatement>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let count_statement = Form::read(
        "count_statement",
        request.into_inner().count_statement,
        read,
    )?;
    usecase::create_count_statement(app, &call, count_statement).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetCountStatementRequest>,
) -> Result<api::CountStatement, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let count_statement = store::count_statements::get(&mut conn, id).await?;
    Ok(count_statement.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListCountStatementsRequest>,
) -> Result<pb::ListCountStatementsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let subject = Some(request.subject.as_str()).filter(|subject| !subject.is_empty());
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &request.subject,
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::count_statements::list(&mut conn, &page, subject).await?;
    let (count_statements, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListCountStatementsResponse {
        count_statements,
        next_page_token,
    })
}

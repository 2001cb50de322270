//! Stated totals: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violation, Violations};
use jianyi_proto::api::v1 as common;
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{division, page};
use crate::domain::Stored;
use crate::domain::count_statement::CountStatement;
use crate::store::{self, Window};
use crate::usecase::create_count_statement::create_count_statement;
use crate::usecase::{App, found};

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateCountStatementRequest>,
) -> Result<common::CountStatement, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().count_statement.unwrap_or_default())?;
    create_count_statement(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetCountStatementRequest>,
) -> Result<common::CountStatement, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::count_statements::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListCountStatementsRequest>,
) -> Result<pb::ListCountStatementsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::count_statements::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListCountStatementsResponse {
        count_statements: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: common::CountStatement) -> Result<CountStatement, Fault> {
    let mut v = Violations::new();
    let subject = v.take(subject("count_statement.subject", &wire.subject));
    let division = v.take(division("count_statement.division", &wire.division));
    let count = v.take(convert::count("count_statement.count", wire.count));
    let unit = v.optional_text("count_statement.unit", &wire.unit, 20);
    let as_of = v.take(FuzzyDate::parse("count_statement.as_of", &wire.as_of));
    let provenance = convert::provenance(wire.provenance).map_err(|v| v.within("count_statement"));
    let provenance = v.take(provenance);
    if provenance.as_ref().is_some_and(|p| p.sources.is_empty()) {
        v.push(Violation::required("count_statement.provenance.sources"));
    }
    let parsed = (|| {
        Some(CountStatement {
            subject: subject?,
            division: division?,
            count: count?,
            unit: unit?,
            as_of: as_of?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

/// A code such as `volunteers`: it travels in events, where words may not.
fn subject(field: &str, code: &str) -> Result<String, Violation> {
    let code = code.trim();
    if (1..=64).contains(&code.len())
        && code.starts_with(|c: char| c.is_ascii_lowercase())
        && code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        return Ok(code.to_owned());
    }
    Err(Violation::new(
        field,
        "SUBJECT_MALFORMED",
        "a code of a-z, 0-9 and _".into(),
        "统计对象应填小写字母代码,如 volunteers",
    ))
}

impl From<Stored<CountStatement>> for common::CountStatement {
    fn from(stored: Stored<CountStatement>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            subject: it.subject,
            division: it.division.to_string(),
            count: Some(it.count.into()),
            unit: it.unit,
            as_of: it.as_of.to_string(),
            provenance: Some(it.provenance.into()),
        }
    }
}

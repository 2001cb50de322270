//! Audits on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::audit::{Audit, Opinion};
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateAuditRequest>,
) -> Result<Committed<pb::Audit>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(app.clock(), request.into_inner().audit.unwrap_or_default())?;
    usecase::record_audit::record(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetAuditRequest>,
) -> Result<pb::Audit, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Audit::from(&store::audits::get(&mut conn, id).await?))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListAuditsRequest>,
) -> Result<pb::ListAuditsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let filters = format!("audits/{}", asked.fiscal_year);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::audits::list(&mut conn, wire::year_filter(asked.fiscal_year), &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListAuditsResponse {
        audits: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: pb::Audit) -> Result<Audit, Fault> {
    let mut v = Violations::new();
    let fiscal_year = wire::year(&mut v, "audit.fiscal_year", given.fiscal_year);
    let firm = v.optional_text("audit.firm", &given.firm, 100);
    let performed_on = wire::fuzzy(&mut v, "audit.performed_on", &given.performed_on);
    let opinion = v.take(Opinion::read("audit.opinion", given.opinion));
    let report_reference = v.optional_text("audit.report_reference", &given.report_reference, 200);
    let division = wire::division(&mut v, "audit.division", &given.division);
    let provenance = wire::provenance(&mut v, "audit", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(Audit {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            fiscal_year: fiscal_year?,
            firm: firm?,
            performed_on: performed_on?,
            opinion: opinion?,
            report_reference: report_reference?,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&Audit> for pb::Audit {
    fn from(of: &Audit) -> Self {
        Self {
            name: of.id.name(),
            fiscal_year: of.fiscal_year,
            firm: of.firm.clone(),
            performed_on: of.performed_on.to_string(),
            opinion: of
                .opinion
                .map_or(pb::AuditOpinion::Unspecified, Into::into)
                .into(),
            report_reference: of.report_reference.clone(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
        }
    }
}

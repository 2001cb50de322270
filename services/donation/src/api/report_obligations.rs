//! Reports that are due on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use time::Date;
use tonic::Request;

use super::wire;
use crate::domain::report::{ReportObligation, ReportRuleId};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetReportObligationRequest>,
) -> Result<pb::ReportObligation, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(store::report_obligations::get(&mut conn, id)
        .await?
        .to_wire(app.clock().today()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListReportObligationsRequest>,
) -> Result<pb::ListReportObligationsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let rule: Option<Option<ReportRuleId>> = wire::optional_reference(&mut v, "rule", &asked.rule);
    v.finish()?;
    let filters = format!("reportObligations/{}/{}", asked.year, asked.rule);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let (year, rule) = (
        wire::year_filter(asked.year),
        rule.flatten().map(ReportRuleId::as_uuid),
    );
    let rows = store::report_obligations::list(&mut conn, year, rule, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    let today = app.clock().today();
    let report_obligations = rows.iter().map(|row| row.to_wire(today)).collect();
    Ok(pb::ListReportObligationsResponse {
        report_obligations,
        next_page_token,
    })
}

pub(super) async fn submit(
    app: &App,
    request: Request<pb::SubmitReportRequest>,
) -> Result<Committed<pb::ReportObligation>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let id = wire::reference(&mut v, "name", &asked.name);
    let on = wire::optional_day(&mut v, "submitted_on", &asked.submitted_on);
    let receipt_no = v.optional_text("receipt_no", &asked.receipt_no, 64);
    let ((id, on), receipt_no) = v.finish_with(id.zip(on).zip(receipt_no))?;
    usecase::submit_report::submit(app, &call, id, on, receipt_no).await
}

impl ReportObligation {
    /// For the wire; whether it is overdue depends on the day.
    pub(crate) fn to_wire(&self, today: Date) -> pb::ReportObligation {
        pb::ReportObligation {
            name: self.id.name(),
            rule: self.rule.name(),
            year: self.year,
            quarter: self.quarter,
            due_on: self.due_on.to_string(),
            state: pb::ReportObligationState::from(self.state).into(),
            submitted_on: wire::day_text(self.submitted_on),
            receipt_no: self.receipt_no.clone(),
            overdue: self.overdue(today),
            division: self.division.to_string(),
            provenance: wire::stated(&self.sources, &self.locations),
            create_time: Some(convert::timestamp(self.created_at)),
            etag: self.version.to_string(),
        }
    }
}

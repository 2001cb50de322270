//! Rules for reports on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Violation, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::report::{DEFAULT_DUE_DAY, ReportPeriod, ReportRule};
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateReportRuleRequest>,
) -> Result<Committed<pb::ReportRule>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(
        app.clock(),
        request.into_inner().report_rule.unwrap_or_default(),
    )?;
    usecase::set_report_rule::set(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetReportRuleRequest>,
) -> Result<pb::ReportRule, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::ReportRule::from(
        &store::report_rules::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListReportRulesRequest>,
) -> Result<pb::ListReportRulesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let filters = format!("reportRules/{}", asked.division);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::report_rules::list(&mut conn, wire::filter(&asked.division), &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListReportRulesResponse {
        report_rules: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

pub(super) async fn schedule(
    app: &App,
    request: Request<pb::ScheduleReportsRequest>,
) -> Result<Committed<pb::ScheduleReportsResponse>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let id = wire::reference(&mut v, "name", &asked.name);
    let year = wire::year(&mut v, "year", asked.year);
    let (id, year) = v.finish_with(id.zip(year))?;
    usecase::schedule_reports::schedule(app, &call, id, year).await
}

fn read(clock: &Clock, given: pb::ReportRule) -> Result<ReportRule, Fault> {
    let mut v = Violations::new();
    let title = v.text("report_rule.title", &given.title, 100);
    let recipient = v.text("report_rule.recipient", &given.recipient, 100);
    let period = v.take(ReportPeriod::read("report_rule.period", given.period));
    let due_day = if given.due_day == 0 {
        DEFAULT_DUE_DAY
    } else {
        given.due_day
    };
    if !(1..=28).contains(&due_day) {
        let zh = "报送日应在 1 至 28 日之间";
        v.push(Violation::new(
            "report_rule.due_day",
            "DAY_OUT_OF_RANGE",
            "1 to 28".into(),
            zh,
        ));
    }
    let from_year = wire::year(&mut v, "report_rule.from_year", given.from_year);
    let to_year = match wire::year_filter(given.to_year) {
        None => Some(None),
        Some(year) => wire::year(&mut v, "report_rule.to_year", year).map(Some),
    };
    if let (Some(from), Some(Some(to))) = (from_year, to_year)
        && to < from
    {
        let zh = "结束年份早于起始年份";
        v.push(Violation::new(
            "report_rule.to_year",
            "PERIOD_REVERSED",
            "ends before it begins".into(),
            zh,
        ));
    }
    let division = wire::division(&mut v, "report_rule.division", &given.division);
    let provenance = wire::provenance(&mut v, "report_rule", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(ReportRule {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            title: title?,
            recipient: recipient?,
            period: period?.unwrap_or(ReportPeriod::Quarterly),
            due_day,
            from_year: from_year?,
            to_year: to_year?,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&ReportRule> for pb::ReportRule {
    fn from(of: &ReportRule) -> Self {
        Self {
            name: of.id.name(),
            title: of.title.clone(),
            recipient: of.recipient.clone(),
            period: pb::ReportPeriod::from(of.period).into(),
            due_day: of.due_day,
            from_year: of.from_year,
            to_year: of.to_year.unwrap_or_default(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
        }
    }
}

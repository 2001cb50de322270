//! The annual report and what is behind it: facts in, figures out, nothing stored.

use jianyi_db::Committed;
use jianyi_kernel::{Caller, Fault, Violation, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_telemetry::task;
use tonic::Request;

use crate::api::convert::{page, year};
use crate::api::report_convert;
use crate::domain::report::Report;
use crate::projection;
use crate::store;
use crate::store::facts::Filter;
use crate::usecase::export_report::Form;
use crate::usecase::{self, App};

/// Computes the report.
async fn report(app: &App, caller: &Caller, number: i32) -> Result<Report, Fault> {
    let number = year("year", number)?;
    usecase::export_report::compute(&mut *app.db.read(caller).await?, number).await
}

/// The report of a year.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetAnnualReportRequest>,
) -> Result<pb::AnnualReport, Fault> {
    Ok(report_convert::report(
        report(app, &jianyi_rpc::caller(&request)?, request.get_ref().year).await?,
    ))
}

/// The report of a year as a file, which leaves the system: marked, and recorded.
pub(crate) async fn render(
    app: &App,
    request: Request<pb::RenderAnnualReportRequest>,
) -> Result<Committed<pb::RenderAnnualReportResponse>, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let wire = request.get_ref();
    let mut violations = Violations::new();
    let number = violations.take(year("year", wire.year));
    let unit = violations.optional_text("reporting_unit", &wire.reporting_unit, 100);
    let form = violations.take(form(wire.format, unit.as_deref().unwrap_or_default()));
    let (number, form) = violations.finish_with(number.zip(form))?;
    usecase::export_report::export(app, &call, number, form).await
}

fn form(wire: i32, unit: &str) -> Result<Form, Violation> {
    match pb::ReportFormat::try_from(wire) {
        Ok(pb::ReportFormat::Unspecified | pb::ReportFormat::Markdown) => Ok(Form::Markdown),
        Ok(pb::ReportFormat::Xlsx) => Ok(Form::Workbook {
            unit: if unit.is_empty() { "—" } else { unit }.to_owned(),
        }),
        Err(_) => Err(Violation::new(
            "format",
            "WORD_UNKNOWN",
            "not a format of reports".into(),
            "没有这种导出格式",
        )),
    }
}

/// 大事记 of a year.
pub(crate) async fn chronicle(
    app: &App,
    request: Request<pb::ListChronicleEntriesRequest>,
) -> Result<pb::ListChronicleEntriesResponse, Fault> {
    let report = report(app, &jianyi_rpc::caller(&request)?, request.get_ref().year).await?;
    Ok(pb::ListChronicleEntriesResponse {
        entries: report
            .chronicle
            .into_iter()
            .map(report_convert::entry)
            .collect(),
    })
}

/// A page of the rows behind the figures (O09).
pub(crate) async fn facts(
    app: &App,
    request: Request<pb::ListFactsRequest>,
) -> Result<pb::ListFactsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let filters = format!("{}|{}|{}", wire.year, wire.kind, wire.division);
    let (page, mut window) = page(&app.db, wire.page_size, &wire.page_token, &filters)?;
    if wire.year != 0 {
        window.year = Some(year("year", wire.year)?);
    }
    // A city's code stands for its counties by its first four digits.
    let prefix = wire
        .division
        .strip_suffix("00")
        .filter(|_| wire.division.len() == 6)
        .unwrap_or(&wire.division);
    let filter = Filter {
        division_prefix: prefix.to_owned(),
        kind: wire.kind,
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::facts::page(&mut conn, &filter, &window).await?;
    let (rows, next_page_token) = page.cut(rows, |(position, _)| *position);
    let facts = rows
        .into_iter()
        .map(|(_, fact)| report_convert::fact(fact))
        .collect();
    Ok(pb::ListFactsResponse {
        facts,
        next_page_token,
    })
}

/// Builds the read model anew.
pub(crate) async fn rebuild(
    app: &App,
    request: Request<pb::RebuildProjectionsRequest>,
) -> Result<pb::RebuildProjectionsResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let bus = app
        .bus
        .clone()
        .ok_or_else(|| Fault::Unavailable("no bus".into()))?;
    let (db, shutdown) = (app.db.clone(), app.shutdown.clone());
    // In a task of its own: a caller who goes away must not leave half a rebuild that blocks the next.
    let rebuilding = task::spawn("rebuild", async move {
        projection::rebuild::rebuild(&db, &bus, &shutdown, &call).await
    });
    rebuilding
        .await
        .map_err(Fault::internal)?
        .map(Committed::into_reply)
}

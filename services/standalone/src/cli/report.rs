//! `jianyi report annual`: the year's work report as JSON, Markdown or a spreadsheet.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::ListOrgUnitsRequest;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::oversight::v1::{
    AnnualReport, Figure, GetAnnualReportRequest, RenderAnnualReportRequest,
    RenderAnnualReportResponse, ReportFormat,
};

use super::connect::ConnectArgs;
use super::output;
use crate::client::{ClientError, Session};

/// Which report.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(subcommand)]
    report: Report,
}

#[derive(Debug, Subcommand)]
enum Report {
    /// The year's work report: every figure with its sources and the records behind it.
    Annual(AnnualArgs),
}

#[derive(Debug, Args)]
struct AnnualArgs {
    /// The year reported on.
    #[arg(long, value_name = "YEAR")]
    year: i32,

    /// As JSON, as a Chinese report in Markdown, or as a spreadsheet (needs --out).
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,

    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE", required_if_eq("format", "xlsx"))]
    out: Option<PathBuf>,

    #[command(flatten)]
    connect: ConnectArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Markdown,
    Xlsx,
}

pub(super) async fn run(args: ReportArgs) -> ExitCode {
    let Report::Annual(args) = args.report;
    match annual(&args).await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(why)) => output::fail(&why, 73),
        Err(error) => output::finish(Err(error)),
    }
}

/// The inner error: the file could not be written.
async fn annual(args: &AnnualArgs) -> Result<Result<(), String>, ClientError> {
    let session = args.connect.session()?;
    let text = match args.format {
        Format::Json => {
            let report = jianyi_oversight::report_json(&get(&session, args.year).await?);
            serde_json::to_string_pretty(&report).unwrap_or_default()
        }
        Format::Markdown => markdown(&session, args.year).await?,
        Format::Xlsx => {
            let unit = association(&session).await?;
            let Some(out) = &args.out else {
                return Ok(Err("a spreadsheet needs --out FILE".into()));
            };
            let rendered = render(&session, args.year, ReportFormat::Xlsx, unit).await?;
            return Ok(std::fs::write(out, rendered.workbook)
                .map_err(|error| format!("{}: {error}", out.display())));
        }
    };
    match &args.out {
        None => output::answer(text),
        Some(out) => {
            if let Err(error) = std::fs::write(out, text + "\n") {
                return Ok(Err(format!("{}: {error}", out.display())));
            }
        }
    }
    Ok(Ok(()))
}

pub(super) async fn markdown(session: &Session, year: i32) -> Result<String, ClientError> {
    let rendered = render(session, year, ReportFormat::Markdown, String::new()).await?;
    Ok(rendered.markdown)
}

async fn render(
    session: &Session,
    year: i32,
    format: ReportFormat,
    reporting_unit: String,
) -> Result<RenderAnnualReportResponse, ClientError> {
    let request = session
        .request(RenderAnnualReportRequest {
            year,
            format: format.into(),
            reporting_unit,
        })
        .await?;
    let reply = OversightServiceClient::new(session.channel())
        .render_annual_report(request)
        .await?;
    Ok(reply.into_inner())
}

/// Who reports: the city's association as it is registered, or nobody yet.
async fn association(session: &Session) -> Result<String, ClientError> {
    let request = session
        .request(ListOrgUnitsRequest {
            parent: format!("counties/{}", jianyi_kernel::HEBI),
            kind: OrgUnitKind::CityAssociation.into(),
            page_size: 1,
            ..Default::default()
        })
        .await?;
    let reply = MemberServiceClient::new(session.channel())
        .list_org_units(request)
        .await?
        .into_inner();
    let unit = reply.org_units.into_iter().next();
    Ok(unit.map(|unit| unit.display_name).unwrap_or_default())
}

async fn get(session: &Session, year: i32) -> Result<AnnualReport, ClientError> {
    let request = session.request(GetAnnualReportRequest { year }).await?;
    let reply = OversightServiceClient::new(session.channel())
        .get_annual_report(request)
        .await?;
    Ok(reply.into_inner())
}

/// The figure's words with its unit, unless they say it themselves (20余人, 元) or say nothing.
fn with_unit(figure: &Figure) -> String {
    let known = figure.value.is_some();
    let unit = if !known || figure.text.ends_with(&figure.unit) || figure.unit.starts_with('分') {
        ""
    } else {
        &figure.unit
    };
    let (number, rest) = match figure.text.split_once('(') {
        Some((number, rest)) => (number, format!("({rest}")),
        None => (figure.text.as_str(), String::new()),
    };
    format!("{number}{unit}{rest}")
}

/// The figures by section, as many to a line as are short.
pub(super) async fn summary(session: &Session, year: i32) -> Result<String, ClientError> {
    let report = get(session, year).await?;
    let mut text = format!("{year} 年度工作报告摘要");
    for section in &report.sections {
        let figures: Vec<String> = section
            .figures
            .iter()
            .filter_map(|key| report.figures.get(key))
            .map(|figure| format!("{} {}", figure.label, with_unit(figure)))
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n\n{}\n  {}", section.title, figures.join("\n  "));
    }
    Ok(text)
}

//! `jianyi egress`: what left a county, to whom, under which rule.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use jianyi_kernel::Timestamp;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{EgressLine, EgressReport, EgressWay, GetEgressReportRequest};
use serde_json::{Value, json};

use super::connect::ConnectArgs;
use super::output;
use crate::client::{ClientError, Session};

/// What left a county.
#[derive(Debug, Args)]
pub(super) struct EgressArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Which fields left a county, to whom and under which rule, how often, and whether unmasked.
    Report(ReportArgs),
}

#[derive(Debug, Args)]
struct ReportArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// The county.
    #[arg(long, value_name = "CODE")]
    county: String,

    /// From this day on.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    from: String,

    /// Until this day.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    to: String,

    /// Only what told of this person, `counties/{county}/people/{id}`.
    #[arg(long, value_name = "NAME", default_value = "")]
    person: String,

    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(args: EgressArgs) -> ExitCode {
    let Verb::Report(args) = args.verb;
    match report(&args).await {
        Ok(report) => {
            match args.format {
                Format::Table => output::answer(table(&report)),
                Format::Json => output::answer(json(&report)),
            }
            ExitCode::SUCCESS
        }
        Err(error) => output::fail(&error, error.exit_code()),
    }
}

async fn report(args: &ReportArgs) -> Result<EgressReport, ClientError> {
    let session: Session = args.connect.session()?;
    let request = GetEgressReportRequest {
        parent: format!("counties/{}", args.county),
        from_day: args.from.clone(),
        to_day: args.to.clone(),
        person: args.person.clone(),
    };
    let request = session.request(request).await?;
    Ok(MemberServiceClient::new(session.channel())
        .get_egress_report(request)
        .await?
        .into_inner())
}

fn table(report: &EgressReport) -> String {
    let mut text = String::new();
    for line in &report.lines {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<8} {}{}\n         {}\n         {}\n         {} 次, {} 条记录, {} — {}\n",
            way(line),
            line.recipient,
            if line.reach.is_empty() {
                String::new()
            } else {
                format!(" ({})", line.reach.join(", "))
            },
            line.rule,
            fields(line),
            line.times,
            line.records,
            time(line.first_time.as_ref()),
            time(line.last_time.as_ref()),
        );
    }
    if report.more {
        text.push_str("还有更多,请缩小日期范围 (--from, --to)\n");
    }
    if text.is_empty() {
        text.push('—');
    }
    text
}

fn way(line: &EgressLine) -> &'static str {
    match EgressWay::try_from(line.way) {
        Ok(EgressWay::Reply) => "应答",
        Ok(EgressWay::Event) => "事件",
        Ok(EgressWay::Handover) => "移交",
        Ok(EgressWay::Unspecified) | Err(_) => "—",
    }
}

/// What is personal and went out unmasked is marked.
fn fields(line: &EgressLine) -> String {
    if line.fields.is_empty() {
        return "全部资料(仅接收县可解密)".into();
    }
    let marked = line.fields.iter().map(|field| {
        if line.plain_fields.contains(field) {
            format!("{field}(明文)")
        } else {
            field.clone()
        }
    });
    marked.collect::<Vec<_>>().join(", ")
}

fn json(report: &EgressReport) -> Value {
    let lines = report.lines.iter().map(|line| {
        json!({
            "way": EgressWay::try_from(line.way).unwrap_or_default().as_str_name(),
            "recipient": line.recipient,
            "reach": line.reach,
            "rule": line.rule,
            "fields": line.fields,
            "plain_fields": line.plain_fields,
            "times": line.times,
            "records": line.records,
            "first_time": time(line.first_time.as_ref()),
            "last_time": time(line.last_time.as_ref()),
        })
    });
    json!({ "lines": lines.collect::<Vec<_>>(), "more": report.more })
}

fn time(at: Option<&prost_reflect::prost_types::Timestamp>) -> String {
    at.and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
        .map_or_else(|| "—".into(), Timestamp::rfc3339)
}

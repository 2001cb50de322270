//! Takes a year's report out of the system, with the mark of who took it (V-132).

use jianyi_db::{Begun, Committed, PgConnection};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::convert::timestamp;
use jianyi_proto::oversight::v1 as pb;

use crate::api::report_convert;
use crate::domain::report::{Live, Report, Stamp, markdown};
use crate::report_xlsx;
use crate::store;
use crate::usecase::App;

/// Computes the report. Watermarks are read before the facts, so that they never promise more than was counted.
pub(crate) async fn compute(conn: &mut PgConnection, year: i32) -> Result<Report, Fault> {
    let mut watermarks = store::watermarks::all(&mut *conn).await?;
    // A joined county of which nothing has come is told as well: silence is not an empty list.
    for (county, watch) in store::county_watches::all(&mut *conn).await? {
        let mark = watermarks.entry(county.to_string()).or_default();
        mark.silent_since = watch.silent_since;
        mark.live = Live {
            lag: watch.stream.lag,
            gaps: watch.stream.checked_at.map(|_| watch.stream.gap_events),
        };
    }
    let facts = store::facts::all(conn).await?;
    Ok(Report::of(year, &facts, watermarks))
}

/// As what the report is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// Markdown.
    Markdown,
    /// A workbook that names who reports.
    Workbook {
        /// 填报单位, a dash when nobody is named.
        unit: String,
    },
}

/// Renders it with its mark, and records in the same transaction that it was taken.
pub(crate) async fn export(
    app: &App,
    call: &Call,
    year: i32,
    form: Form,
) -> Result<Committed<pb::RenderAnnualReportResponse>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let report = compute(uow.conn(), year).await?;
    let stamp = Stamp::of(&report, &call.caller.subject, uow.now());
    let mark = pb::ExportStamp {
        exported_by: stamp.by.clone(),
        export_time: Some(timestamp(stamp.at)),
        figures: stamp.figures,
        entries: stamp.entries,
    };
    let mut reply = pb::RenderAnnualReportResponse::default();
    match form {
        Form::Markdown => reply.markdown = markdown::render(&report, &stamp),
        Form::Workbook { unit } => {
            reply.workbook = report_xlsx::render(&report_convert::report(report), &mark, &unit)?;
        }
    }
    reply.stamp = Some(mark);
    uow.commit(reply).await
}

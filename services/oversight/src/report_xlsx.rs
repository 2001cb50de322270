//! The annual report as a spreadsheet, after the habits of the office (WPS opens it; no macros): merged
//! centred title, 填报单位/制表日期, 序号, repeated header, landscape A4, codes as text, three signatures.
//!
//! There is no 合计 row: the figures count unlike things (人, 次, 天, %), and a sum of them says nothing.
//! What is unknown prints as a dash, as everywhere. The second sheet names the records behind each figure,
//! the third says up to when every division's events have been seen.

use jianyi_kernel::{Fault, Timestamp};
use jianyi_proto::api::v1::Modality;
use jianyi_proto::oversight::v1::{AnnualReport, ExportStamp, Figure, Watermark};
use rust_xlsxwriter::{
    DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use time::macros::offset;

/// Paper size A4 in the format's own numbering.
const A4: u8 = 9;

/// A cell: text, or a number that can be reckoned with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Text(String),
    Number(i32),
}

/// A sheet before it is drawn.
#[derive(Debug)]
struct Sheet {
    name: &'static str,
    title: String,
    /// Heading and width of each column; the first is 序号.
    columns: &'static [(&'static str, u32)],
    rows: Vec<Vec<Cell>>,
}

/// The workbook of a report of `unit`, every printed page and the file's properties bearing the mark of the
/// export (V-132).
///
/// # Errors
/// A [`Fault`] when the workbook cannot be made.
pub(crate) fn render(
    report: &AnnualReport,
    stamp: &ExportStamp,
    unit: &str,
) -> Result<Vec<u8>, Fault> {
    let made = workbook(report, stamp, unit).and_then(|mut workbook| workbook.save_to_buffer());
    made.map_err(Fault::internal)
}

fn workbook(report: &AnnualReport, stamp: &ExportStamp, unit: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let sheets = [figures(report), facts(report), watermarks(report)];
    let rows: usize = sheets.iter().map(|sheet| sheet.rows.len()).sum();
    let mark = mark(stamp, rows);
    let made_on = made_on(stamp);
    workbook.set_properties(&DocProperties::new().set_comment(&mark));
    for sheet in &sheets {
        let paper = workbook.add_worksheet();
        draw(paper, sheet, unit, &made_on)?;
        // An ampersand begins a command in a footer.
        let mark = mark.replace('&', "&&");
        paper.set_footer(format!("&L{mark}&R第 &P 页 共 &N 页"));
    }
    Ok(workbook)
}

/// Who took it, when, and how much it is.
fn mark(stamp: &ExportStamp, rows: usize) -> String {
    let at = stamp
        .export_time
        .as_ref()
        .map_or_else(dash, |at| local(at.seconds, at.nanos));
    format!(
        "导出:{};时间:{at}(北京时间);指标 {} 项,共 {rows} 行",
        stamp.exported_by, stamp.figures
    )
}

/// The day of the export in Beijing.
fn made_on(stamp: &ExportStamp) -> String {
    let at = stamp.export_time.as_ref();
    at.and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
        .map_or_else(dash, |at| at.business_date().to_string())
}

/// Figures in the order of the printed report, with the heading of their section.
fn ordered(report: &AnnualReport) -> Vec<(&str, &str, &Figure)> {
    let in_sections = report.sections.iter().flat_map(|section| {
        let title = section.title.as_str();
        section
            .figures
            .iter()
            .filter_map(move |key| Some((title, key.as_str(), report.figures.get(key)?)))
    });
    in_sections.collect()
}

fn figures(report: &AnnualReport) -> Sheet {
    let rows = ordered(report)
        .into_iter()
        .map(|(section, key, figure)| {
            vec![
                text(section),
                text(&figure.label),
                value(figure),
                text(&figure.unit),
                text(meaning(figure)),
                text(&figure.sources.join("、")),
                text(&figure.definition),
                text(&figure.kept_by),
                text(key),
            ]
        })
        .collect();
    Sheet {
        name: "年度数据",
        title: format!("{}年度工作数据表", report.year),
        columns: &[
            ("序号", 6),
            ("部分", 14),
            ("指标", 32),
            ("数据", 24),
            ("单位", 10),
            ("性质", 10),
            ("来源", 18),
            ("口径", 56),
            ("登记科室", 14),
            ("指标代码", 28),
        ],
        rows,
    }
}

fn facts(report: &AnnualReport) -> Sheet {
    let rows = ordered(report)
        .into_iter()
        .flat_map(|(_, key, figure)| {
            figure
                .facts
                .iter()
                .map(move |fact| vec![text(&figure.label), text(key), text(fact)])
        })
        .collect();
    Sheet {
        name: "数据依据",
        title: format!("{}年度工作数据依据", report.year),
        columns: &[("序号", 6), ("指标", 32), ("指标代码", 28), ("记录", 76)],
        rows,
    }
}

/// What must be known of a county to read its numbers.
fn county_note(watermark: &Watermark) -> String {
    let mut notes = Vec::new();
    if let Some(since) = &watermark.silent_since {
        notes.push(format!(
            "自 {} 起无应答,数字止于截至时间",
            local(since.seconds, since.nanos)
        ));
    }
    if let Some(lag) = watermark.lag_events.filter(|&lag| lag > 0) {
        notes.push(format!("导出时尚有 {lag} 条未计入"));
    }
    if let Some(gaps) = watermark.gap_events.filter(|&gaps| gaps > 0) {
        notes.push(format!("导出时缺 {gaps} 条"));
    }
    if notes.is_empty() {
        dash()
    } else {
        notes.join(";")
    }
}

fn watermarks(report: &AnnualReport) -> Sheet {
    let mut divisions: Vec<_> = report.watermarks.iter().collect();
    divisions.sort_by_key(|(division, _)| *division);
    let mut rows = Vec::new();
    for (division, watermark) in divisions {
        let last = watermark
            .last_event_time
            .as_ref()
            .map_or_else(dash, |at| local(at.seconds, at.nanos));
        let as_of = watermark
            .as_of
            .as_ref()
            .map_or_else(dash, |at| local(at.seconds, at.nanos));
        let note = county_note(watermark);
        let mut contexts: Vec<_> = watermark.sequence.iter().collect();
        contexts.sort();
        if contexts.is_empty() {
            rows.push(vec![
                text(division),
                text(&as_of),
                text(&note),
                text(&dash()),
                text(&dash()),
                text(&last),
            ]);
        }
        for (context, sequence) in contexts {
            rows.push(vec![
                text(division),
                text(&as_of),
                text(&note),
                text(context),
                number(*sequence),
                text(&last),
            ]);
        }
    }
    Sheet {
        name: "数据时点",
        title: format!("{}年度工作数据时点", report.year),
        columns: &[
            ("序号", 6),
            ("区划代码", 14),
            ("截至", 22),
            ("说明", 36),
            ("业务", 14),
            ("事件序号", 14),
            ("最近事件时间", 26),
        ],
        rows,
    }
}

/// A figure that is nothing but its number can be reckoned with; words (20余人, 元, a difference) cannot.
fn value(figure: &Figure) -> Cell {
    match figure.value {
        Some(value) if figure.text == value.to_string() => number(value),
        Some(_) if !figure.text.is_empty() => text(&figure.text),
        _ => Cell::Text(dash()),
    }
}

fn meaning(figure: &Figure) -> &'static str {
    match (figure.value, figure.modality()) {
        (None, _) | (Some(_), Modality::Unspecified) => "未载",
        (Some(_), Modality::Exact) => "准确",
        (Some(_), Modality::AtLeast) => "不少于",
        (Some(_), Modality::Approx) => "约数",
    }
}

fn dash() -> String {
    "—".into()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

/// A spreadsheet keeps numbers as floating point; what would lose digits stays text.
fn number(number: i64) -> Cell {
    i32::try_from(number).map_or_else(|_| Cell::Text(number.to_string()), Cell::Number)
}

/// Beijing time, to the second.
fn local(seconds: i64, nanos: i32) -> String {
    Timestamp::from_unix(seconds, nanos).map_or_else(dash, |at| {
        let at = at.as_offset().to_offset(offset!(+8));
        format!(
            "{} {:02}:{:02}:{:02}",
            at.date(),
            at.hour(),
            at.minute(),
            at.second()
        )
    })
}

/// An association that is not registered has no name in the title either.
fn named(unit: &str) -> &str {
    if unit == "—" { "" } else { unit }
}

fn draw(paper: &mut Worksheet, sheet: &Sheet, unit: &str, made_on: &str) -> Result<(), XlsxError> {
    let plain = Format::new().set_align(FormatAlign::VerticalCenter);
    let boxed = plain.clone().set_border(FormatBorder::Thin).set_text_wrap();
    // Text format: WPS would read 410611 as a number and drop leading zeros of other codes.
    let words = boxed.clone().set_num_format("@");
    let heading = boxed.clone().set_bold().set_align(FormatAlign::Center);
    let title = plain
        .clone()
        .set_bold()
        .set_font_size(16)
        .set_align(FormatAlign::Center);

    let last = u16::try_from(sheet.columns.len())
        .unwrap_or(u16::MAX)
        .saturating_sub(1);
    let half = last.saturating_sub(1).div_ceil(2);
    paper.set_name(sheet.name)?;
    paper.merge_range(
        0,
        0,
        0,
        last,
        &format!("{}{}", named(unit), sheet.title),
        &title,
    )?;
    paper.set_row_height(0, 30)?;
    paper.merge_range(1, 0, 1, half, &format!("填报单位:{unit}"), &plain)?;
    let today = format!("制表日期:{made_on}");
    let right = plain.clone().set_align(FormatAlign::Right);
    // A merge needs two cells; the narrowest sheet has room for that on either side.
    paper.merge_range(1, half + 1, 1, last, &today, &right)?;
    for (column, (name, width)) in (0_u16..).zip(sheet.columns) {
        paper.write_with_format(2, column, *name, &heading)?;
        paper.set_column_width(column, *width)?;
    }
    let mut row = 3;
    for (ordinal, cells) in (1_u32..).zip(&sheet.rows) {
        paper.write_with_format(row, 0, ordinal, &boxed)?;
        for (column, cell) in (1_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => paper.write_with_format(row, column, text, &words)?,
                Cell::Number(number) => paper.write_with_format(row, column, *number, &boxed)?,
            };
        }
        row += 1;
    }
    paper.write_with_format(row + 1, 0, "填表人:", &plain)?;
    paper.write_with_format(row + 1, half, "审核人:", &plain)?;
    paper.write_with_format(row + 1, last, "负责人:", &plain)?;

    paper.set_landscape();
    paper.set_paper_size(A4);
    paper.set_repeat_rows(0, 2)?;
    paper.set_print_fit_to_pages(1, 0);
    paper.set_freeze_panes(3, 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jianyi_proto::oversight::v1::{Section, Watermark};

    use super::*;

    fn report() -> AnnualReport {
        let figure = |value, modality: Modality, text: &str| Figure {
            value,
            modality: modality.into(),
            text: text.into(),
            label: "事项".into(),
            unit: "人".into(),
            facts: vec!["events/1".into(), "events/2".into()],
            sources: vec!["A1".into(), "A2".into()],
            ..Figure::default()
        };
        AnnualReport {
            year: 2023,
            figures: HashMap::from([
                ("plain".into(), figure(Some(12), Modality::Exact, "12")),
                ("more".into(), figure(Some(20), Modality::AtLeast, "20余人")),
                ("unknown".into(), figure(None, Modality::Unspecified, "—")),
            ]),
            sections: vec![Section {
                code: "s".into(),
                title: "部分".into(),
                figures: vec!["more".into(), "plain".into(), "unknown".into()],
            }],
            watermarks: HashMap::from([(
                "410602".into(),
                Watermark {
                    sequence: HashMap::from([("member".into(), 7)]),
                    last_event_time: Some(at(1_704_038_399)),
                    silent_since: Some(at(1_704_038_399)),
                    ..Watermark::default()
                },
            )]),
            ..AnnualReport::default()
        }
    }

    fn at(seconds: i64) -> prost_types::Timestamp {
        prost_types::Timestamp { seconds, nanos: 0 }
    }

    #[test]
    fn figures_stand_in_the_order_of_the_report_and_unknown_is_a_dash() {
        let rows = figures(&report()).rows;
        let data: Vec<_> = rows.iter().map(|row| row[2].clone()).collect();
        assert_eq!(data, [text("20余人"), Cell::Number(12), text("—")]);
        let meanings: Vec<_> = rows.iter().map(|row| row[4].clone()).collect();
        assert_eq!(meanings, [text("不少于"), text("准确"), text("未载")]);
        assert_eq!(rows[0][5], text("A1、A2"));
    }

    #[test]
    fn every_figure_leads_to_its_records_and_every_division_to_its_hour() {
        assert_eq!(facts(&report()).rows.len(), 6);
        let rows = watermarks(&report()).rows;
        assert_eq!(
            rows,
            [vec![
                text("410602"),
                text("—"),
                text("自 2023-12-31 23:59:59 起无应答,数字止于截至时间"),
                text("member"),
                Cell::Number(7),
                text("2023-12-31 23:59:59")
            ]]
        );
    }

    #[test]
    fn the_day_of_the_sheet_is_the_day_of_the_export_in_beijing() {
        let stamp = ExportStamp {
            export_time: Some(at(1_704_038_400)),
            ..ExportStamp::default()
        };
        assert_eq!(made_on(&stamp), "2024-01-01");
        assert_eq!(made_on(&ExportStamp::default()), "—");
    }

    #[test]
    fn what_a_spreadsheet_would_round_stays_text() {
        assert_eq!(number(i64::MAX), text("9223372036854775807"));
    }

    #[test]
    fn v132_the_mark_says_who_when_and_how_much() {
        let stamp = ExportStamp {
            exported_by: "accounts/1".into(),
            export_time: Some(at(1_704_038_399)),
            figures: 3,
            entries: 0,
        };
        assert_eq!(
            mark(&stamp, 10),
            "导出:accounts/1;时间:2023-12-31 23:59:59(北京时间);指标 3 项,共 10 行"
        );
    }

    #[test]
    fn the_file_is_a_workbook_without_macros() {
        let bytes = render(&report(), &ExportStamp::default(), "某市协会").unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert!(!bytes.windows(10).any(|window| window == b"vbaProject"));
    }
}

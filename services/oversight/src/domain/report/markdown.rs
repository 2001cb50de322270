//! The report as Markdown: every figure with its sources, unknown ones as a dash, watermarks at the end.

use std::fmt::Write as _;

use jianyi_kernel::Timestamp;
use time::macros::offset;

use crate::domain::report::catalogue::SECTIONS;
use crate::domain::report::figure::MONEY;
use crate::domain::report::{Report, Stamp, Watermark, places};

/// Renders a report; the same report with the same mark gives the same text.
pub(crate) fn render(report: &Report, stamp: &Stamp) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_report(&mut out, report).and_then(|()| write_stamp(&mut out, stamp));
    out
}

/// The last line of everything that leaves the system: who took it, when, and how much it was.
fn write_stamp(out: &mut String, stamp: &Stamp) -> std::fmt::Result {
    writeln!(
        out,
        "\n---\n导出:{};时间:{}(北京时间);指标 {} 项,大事记 {} 条",
        stamp.by,
        beijing_time(stamp.at),
        stamp.figures,
        stamp.entries
    )
}

fn write_report(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "# 市见义勇为协会{}年度工作报告\n", report.year)?;
    writeln!(
        out,
        "本报告由系统按已登记的事实逐项计算,“—”表示来源未载明,不等于零。\n"
    )?;
    let numerals = ["一", "二", "三", "四", "五", "六", "七"];
    for (section, numeral) in SECTIONS.iter().zip(numerals) {
        writeln!(out, "## {numeral}、{}\n", section.title)?;
        writeln!(out, "| 指标 | 数值 | 单位 | 数据来源 |\n|---|---|---|---|")?;
        for definition in section.figures {
            let Some(figure) = report.figures.get(definition.key) else {
                continue;
            };
            writeln!(
                out,
                "| {} | {} | {} | {} |",
                figure.label,
                figure.text,
                // Money is printed in yuan, unit included.
                if figure.unit == MONEY {
                    "元"
                } else {
                    figure.unit
                },
                sources(&figure.sources)
            )?;
        }
        writeln!(out)?;
    }
    writeln!(out, "## 八、大事记\n")?;
    for entry in &report.chronicle {
        writeln!(
            out,
            "- {}:{}。(来源:{};依据:{})",
            entry.date_text,
            entry.text,
            sources(&entry.sources),
            entry.fact
        )?;
    }
    if report.chronicle.is_empty() {
        writeln!(out, "—")?;
    }
    writeln!(out, "\n## 数据截至\n")?;
    writeln!(
        out,
        "| 区划 | 截至(北京时间) | 说明 | 各库事件序号 | 最近一次事件(北京时间) |\n|---|---|---|---|---|"
    )?;
    for (division, mark) in &report.watermarks {
        let positions: Vec<String> = mark
            .sequence
            .iter()
            .map(|(context, sequence)| format!("{} {sequence}", business(context)))
            .collect();
        writeln!(
            out,
            "| {division} {} | {} | {} | {} | {} |",
            places::name(division),
            time(mark.as_of),
            note(mark),
            positions.join(";"),
            time(mark.last_event_at)
        )?;
    }
    Ok(())
}

/// What must be known of a county to read its numbers; those of the moment hold for when the report is taken.
fn note(mark: &Watermark) -> String {
    let mut notes = Vec::new();
    if let Some(since) = mark.silent_since {
        notes.push(format!(
            "自 {} 起无应答,数字止于截至时间",
            beijing_time(since)
        ));
    }
    if let Some(lag) = mark.live.lag.filter(|&lag| lag > 0) {
        notes.push(format!("导出时尚有 {lag} 条未计入"));
    }
    if let Some(gaps) = mark.live.gaps.filter(|&gaps| gaps > 0) {
        notes.push(format!("导出时缺 {gaps} 条"));
    }
    if notes.is_empty() {
        "—".into()
    } else {
        notes.join(";")
    }
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "—".into(), beijing_time)
}

/// What people call the part of the system that a context is.
fn business(context: &str) -> &str {
    match context {
        "member" => "会员",
        "care" => "关爱",
        "donation" => "募捐",
        "publicity" => "宣传",
        "oversight" => "督导",
        other => other,
    }
}

/// To the second, as people in the office read a clock; the machine-readable report keeps UTC.
fn beijing_time(at: Timestamp) -> String {
    let at = at.as_offset().to_offset(offset!(+8));
    format!(
        "{} {:02}:{:02}:{:02}",
        at.date(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

fn sources(codes: &[String]) -> String {
    if codes.is_empty() {
        "—".into()
    } else {
        codes.join("、")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watermarks_are_told_in_beijing_time() {
        let at = Timestamp::from_unix(1_704_038_399, 123_000_000).unwrap();
        assert_eq!(beijing_time(at), "2023-12-31 23:59:59");
    }

    #[test]
    fn a_county_that_is_silent_behind_or_incomplete_is_told_so() {
        use crate::domain::report::Live;

        assert_eq!(note(&Watermark::default()), "—");
        let mark = Watermark {
            silent_since: Timestamp::from_unix(1_704_038_399, 0),
            live: Live {
                lag: Some(3),
                gaps: Some(1),
            },
            ..Watermark::default()
        };
        assert_eq!(
            note(&mark),
            "自 2023-12-31 23:59:59 起无应答,数字止于截至时间;导出时尚有 3 条未计入;导出时缺 1 条"
        );
        assert_eq!(time(None), "—");
    }

    #[test]
    fn contexts_have_names_and_unknown_ones_stay_as_they_are() {
        assert_eq!(business("member"), "会员");
        assert_eq!(business("other"), "other");
    }
}

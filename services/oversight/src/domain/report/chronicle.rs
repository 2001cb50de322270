//! 大事记: one line per dated fact, in words made from its kind and its numbers only. Titles stay with
//! the services that own them; every line names the fact it comes from (O14).

use jianyi_kernel::Precision;

use crate::domain::fact::{Fact, Measures};
use crate::domain::report::places;
use crate::domain::report::year::{Year, is_kind};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// When, as a fuzzy date.
    pub(crate) on: String,
    /// When, in Chinese.
    pub(crate) date_text: String,
    /// What.
    pub(crate) text: String,
    /// The fact's resource.
    pub(crate) fact: String,
    /// The fact's kind.
    pub(crate) kind: String,
    /// Where.
    pub(crate) division: String,
    /// Who says so.
    pub(crate) sources: Vec<String>,
}

/// The words for each kind. What is not listed is a register entry, not an event worth a line.
const PHRASES: [(&str, &str); 48] = [
    ("member.org_unit.county_association", "县区见义勇为协会成立"),
    ("member.org_unit.station", "设立见义勇为工作站"),
    ("member.org_unit.liaison_room", "设立见义勇为联络室"),
    ("member.org_unit.hero_studio", "设立见义勇为英模工作室"),
    ("member.org_unit.volunteer_team", "组建义警队伍"),
    (
        "member.org_unit.rescue_organisation",
        "社会救援组织加入见义勇为志愿者队伍",
    ),
    ("member.hero", "确认见义勇为英模1名"),
    ("care.activity.recuperation", "组织英模健康休养"),
    ("care.activity.children_camp", "组织英模子女夏令营"),
    ("care.activity.health_check", "组织英模健康体检"),
    ("care.activity.free_clinic", "开展英模义诊"),
    ("care.festival_round.spring", "开展春节慰问"),
    ("care.festival_round.dragon_boat", "开展端午慰问"),
    ("care.festival_round.mid_autumn", "开展中秋慰问"),
    ("care.festival_round.double_ninth", "开展重阳慰问"),
    ("care.policy.exam_bonus", "落实中招加分政策"),
    ("care.policy.free_bus", "落实免费乘坐公交政策"),
    ("donation.campaign", "开展募捐活动"),
    ("donation.phase.mobilisation", "召开募捐动员会"),
    ("donation.phase.summary", "召开募捐总结表彰会"),
    ("donation.audit", "完成财务审计"),
    ("donation.disclosure", "公开或报备一项信息"),
    ("publicity.media_item.article", "刊发稿件1篇"),
    ("publicity.media_item.video", "播出视频1条"),
    ("publicity.media_item", "刊发或播出作品1篇(次)"),
    ("publicity.six_enter_campaign", "开展“六进”宣传活动"),
    ("publicity.event.spring_gala", "举办迎春联欢会"),
    (
        "publicity.event.bus_launch",
        "举行“见义勇为号”公交车首发仪式",
    ),
    (
        "publicity.event.army_day_education",
        "开展庆“八一”励志教育活动",
    ),
    ("publicity.event", "举办活动"),
    ("publicity.venue", "固定宣传阵地启用"),
    ("publicity.bus_line", "开通“见义勇为号”公交线路"),
    ("publicity.exchange.study_tour", "组织外出考察学习"),
    ("publicity.exchange.inbound_visit", "接待外地同行来访交流"),
    ("publicity.exchange.field_survey", "到基层调研"),
    ("oversight.plan", "通过年度工作计划"),
    ("oversight.meeting.council", "召开理事会会议"),
    ("oversight.meeting.supervisors", "召开监事会会议"),
    ("oversight.meeting.assembly", "召开会员(代表)大会"),
    ("oversight.rubric", "发布县区协会考评细则"),
    ("oversight.study_session", "开展集体学习"),
    ("oversight.chronicle_stage.started", "启动志书编纂"),
    ("oversight.chronicle_stage.drafted", "完成志书初稿"),
    ("oversight.chronicle_stage.reviewed", "完成志书审稿"),
    ("oversight.chronicle_stage.final", "志书定稿"),
    ("oversight.chronicle_stage.printed", "完成志书编印"),
    ("oversight.honour.typical_speech", "在全省会议上作典型发言"),
    ("oversight.honour", "获得荣誉"),
];

/// The year's lines by date; what has no date has no line.
pub(crate) fn entries(year: &Year<'_>) -> Vec<Entry> {
    let mut facts: Vec<(&Fact, &str)> = Vec::new();
    for (kind, phrase) in PHRASES {
        for fact in year.happened(kind) {
            // The narrower kind stands first in the table and has the better words.
            if !facts
                .iter()
                .any(|(known, _)| known.resource == fact.resource && known.context == fact.context)
            {
                facts.push((fact, phrase));
            }
        }
    }
    facts.sort_by(|(one, _), (other, _)| place(one).cmp(&place(other)));
    facts
        .into_iter()
        .map(|(fact, phrase)| entry(fact, phrase))
        .collect()
}

/// What lines are sorted by.
type Place<'a> = (
    Option<time::Date>,
    std::cmp::Reverse<Precision>,
    Option<time::Date>,
    &'a str,
    Option<(usize, &'a str)>,
    &'a str,
);

/// By first day; where that is the same, the more exact date first; bus lines by their number.
fn place(fact: &Fact) -> Place<'_> {
    let on = &fact.content.on;
    let span = on.span();
    let line = fact.content.measures.line_no.as_deref();
    (
        span.map(|(first, _)| first),
        std::cmp::Reverse(on.precision()),
        span.map(|(_, last)| last),
        &fact.content.kind,
        // 9路 before 101路.
        line.map(|line| (line.len(), line)),
        &fact.resource,
    )
}

fn entry(fact: &Fact, phrase: &str) -> Entry {
    Entry {
        on: fact.content.on.canonical().into(),
        date_text: fact.content.on.zh(),
        text: format!(
            "{}{phrase}{}",
            place_prefix(fact),
            details(&fact.content.kind, &fact.content.measures)
        ),
        fact: fact.resource.clone(),
        kind: fact.content.kind.clone(),
        division: fact.content.division.to_string(),
        sources: fact.content.sources.clone(),
    }
}

/// A county's own events say which county; the city's need not.
fn place_prefix(fact: &Fact) -> String {
    let code = fact.content.division.as_str();
    if code.ends_with("00") {
        String::new()
    } else {
        places::name(code).to_owned()
    }
}

fn details(kind: &str, measures: &Measures) -> String {
    let mut details = Vec::new();
    if let (Some(term), Some(number)) = (measures.term, measures.number) {
        details.push(format!("第{term}届第{number}次"));
    }
    if let Some(batch) = measures.batch_no {
        details.push(format!("第{batch}期"));
    }
    if !measures.destinations.is_empty() {
        let names: Vec<&str> = measures
            .destinations
            .iter()
            .map(|code| places::name(code))
            .collect();
        details.push(format!("赴{}", names.join("、")));
    }
    // That something took place on a day need not be said twice.
    if let Some(days) = measures.days.filter(|days| *days > 1) {
        details.push(format!("为期{days}天"));
    }
    if let Some(line) = &measures.line_no {
        details.push(format!("{line}路"));
    }
    if let Some(sites) = measures.sites {
        details.push(format!("参观{sites}处"));
    }
    if measures.count.value().is_some() && measures.subject.is_none() {
        details.push(if is_kind(kind, "oversight.honour.typical_speech") {
            // What is counted here are the units that spoke, not people.
            format!("{}典型发言单位之一", measures.count.zh("家"))
        } else {
            measures.count.zh("人")
        });
    }
    if details.is_empty() {
        String::new()
    } else {
        format!("({})", details.join(","))
    }
}

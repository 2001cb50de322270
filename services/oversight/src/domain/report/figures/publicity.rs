//! Figures of publicity: media, 六进, events, bus lines, venues.

use crate::domain::report::figure::{Definition, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "media_items",
        label: "刊发和播出稿件、视频",
        unit: "篇(次)",
        definition: "当年市级报纸、广播电视刊播的稿件与视频；公众号推送和转载不在其内。来源另有总数时，两数取大的，并列写出差数。",
        kept_by: "宣传科",
        compute: media_items,
    },
    Definition {
        key: "fixed_venues",
        label: "固定宣传阵地",
        unit: "处",
        definition: "年末存续的固定宣传阵地数，公交线路等流动载体不在其内。",
        kept_by: "宣传科",
        compute: fixed_venues,
    },
    Definition {
        key: "six_enter_sessions",
        label: "“六进”专场活动",
        unit: "场",
        definition: "当年“六进”专场的场次，景区、社区、企业、校园、医院、车站，一场算一次。",
        kept_by: "宣传科",
        compute: six_enter_sessions,
    },
    Definition {
        key: "spring_galas",
        label: "迎春联欢会",
        unit: "场",
        definition: "当年举办的迎春联欢会场次。",
        kept_by: "宣传科",
        compute: spring_galas,
    },
    Definition {
        key: "bus_launches",
        label: "公交车首发仪式",
        unit: "场",
        definition: "当年举行的公交车首发仪式场次。",
        kept_by: "宣传科",
        compute: bus_launches,
    },
    Definition {
        key: "bus_lines",
        label: "“见义勇为号”公交线路",
        unit: "条",
        definition: "当年在运营的“见义勇为号”公交线路数，当年停开的也算。",
        kept_by: "宣传科",
        compute: bus_lines,
    },
];

/// Only items that count: reprints and other outlets do not (V-110).
fn media_items(year: &Year<'_>) -> Outcome {
    let counted = year
        .happened("publicity.media_item")
        .filter(|fact| fact.content.measures.counted == Some(true));
    Outcome::stated_or_recorded(year.stated("media_items"), Outcome::number_of(counted))
}

fn fixed_venues(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.at_end("publicity.venue"))
}

fn six_enter_sessions(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("publicity.six_enter_session"))
}

fn spring_galas(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("publicity.event.spring_gala"))
}

fn bus_launches(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("publicity.event.bus_launch"))
}

fn bus_lines(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.in_force("publicity.bus_line"))
}

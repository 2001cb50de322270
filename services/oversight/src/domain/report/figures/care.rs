//! Figures of care: condolence rounds, recuperation, camp, health, policies.

use jianyi_kernel::Count;

use crate::domain::fact::Fact;
use crate::domain::report::figure::{Definition, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "festival_rounds",
        label: "节日慰问",
        unit: "次",
        definition: "属于当年节日的慰问轮次；年前走访的春节慰问归春节所在的年份。来源写“不少于”的按下限计。",
        kept_by: "关爱科",
        compute: festival_rounds,
    },
    Definition {
        key: "festival_coverage_percent",
        label: "慰问覆盖率",
        unit: "%",
        definition: "当年各轮慰问里最低的一轮覆盖率；每一轮都全员慰问，才是百分之百。",
        kept_by: "关爱科",
        compute: festival_coverage,
    },
    Definition {
        key: "recuperation_batch",
        label: "英模健康休养期次",
        unit: "期",
        definition: "当年英模健康休养的期次，取最后一期的期号。",
        kept_by: "关爱科",
        compute: recuperation_batch,
    },
    Definition {
        key: "recuperation_days",
        label: "健康休养天数",
        unit: "天",
        definition: "当年各期休养的天数之和，首尾两天都算。",
        kept_by: "关爱科",
        compute: recuperation_days,
    },
    Definition {
        key: "recuperation_destinations",
        label: "健康休养目的地",
        unit: "个",
        definition: "当年休养去过的地方，同一地方只算一次。",
        kept_by: "关爱科",
        compute: recuperation_destinations,
    },
    Definition {
        key: "recuperation_headcount",
        label: "健康休养人数",
        unit: "人",
        definition: "当年各期休养的参加人数之和；有一期载明人数才有此数。",
        kept_by: "关爱科",
        compute: recuperation_headcount,
    },
    Definition {
        key: "camp_days",
        label: "英模子女夏令营天数",
        unit: "天",
        definition: "当年英模子女夏令营的天数之和，首尾两天都算。",
        kept_by: "关爱科",
        compute: camp_days,
    },
    Definition {
        key: "camp_headcount",
        label: "夏令营人数",
        unit: "人",
        definition: "当年夏令营的参加人数之和；有一期载明人数才有此数。",
        kept_by: "关爱科",
        compute: camp_headcount,
    },
    Definition {
        key: "entitlement_policies",
        label: "优待政策",
        unit: "项",
        definition: "当年有效的优待政策项数，当年新出和当年废止的都算。",
        kept_by: "关爱科",
        compute: entitlement_policies,
    },
    Definition {
        key: "exam_points",
        label: "中招加分分值",
        unit: "分",
        definition: "当年有效、载明分值的中招加分政策里，最新一项的分值。",
        kept_by: "关爱科",
        compute: exam_points,
    },
    Definition {
        key: "health_checks",
        label: "健康体检",
        unit: "次",
        definition: "当年组织英模健康体检的次数。",
        kept_by: "关爱科",
        compute: health_checks,
    },
    Definition {
        key: "clinics",
        label: "义诊",
        unit: "次",
        definition: "当年组织义诊的次数。",
        kept_by: "关爱科",
        compute: clinics,
    },
];

const RECUPERATION: &str = "care.activity.recuperation";
const CAMP: &str = "care.activity.children_camp";
const ROUND: &str = "care.festival_round";

/// A round belongs to the year of its festival, even when visits began before New Year (V-59).
fn festival_rounds(year: &Year<'_>) -> Outcome {
    let recorded = Outcome::number_of(year.about(ROUND, year.number()));
    Outcome::stated_or_recorded(year.stated("festival_rounds"), recorded)
}

/// The least coverage of any round: "all" is true only when every round reached all.
fn festival_coverage(year: &Year<'_>) -> Outcome {
    let percent = |fact: &Fact| fact.content.measures.percent;
    let known: Vec<&Fact> = year
        .about(ROUND, year.number())
        .filter(|fact| percent(fact).value().is_some())
        .collect();
    let least = known
        .iter()
        .map(|fact| percent(fact))
        .min_by_key(|count| count.value())
        .unwrap_or_default();
    Outcome::of(least, known)
}

fn recuperation_batch(year: &Year<'_>) -> Outcome {
    let batch = |fact: &Fact| fact.content.measures.batch_no;
    let latest = year
        .happened(RECUPERATION)
        .filter(|fact| batch(fact).is_some())
        .max_by_key(|fact| (batch(fact), &fact.resource));
    Outcome::sum(latest.into_iter(), |fact| {
        batch(fact).map_or(Count::UNKNOWN, Count::exact)
    })
}

fn days(fact: &Fact) -> Count {
    fact.content
        .measures
        .days
        .map_or(Count::UNKNOWN, Count::exact)
}

fn participants(fact: &Fact) -> Count {
    fact.content.measures.count
}

fn recuperation_days(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened(RECUPERATION), days)
}

fn recuperation_destinations(year: &Year<'_>) -> Outcome {
    Outcome::distinct(year.happened(RECUPERATION), |fact| {
        fact.content.measures.destinations.clone()
    })
}

fn recuperation_headcount(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened(RECUPERATION), participants)
}

fn camp_days(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened(CAMP), days)
}

fn camp_headcount(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened(CAMP), participants)
}

fn entitlement_policies(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.in_force("care.policy"))
}

/// The points of the newest policy that states them.
fn exam_points(year: &Year<'_>) -> Outcome {
    let points = |fact: &Fact| fact.content.measures.points;
    let newest = year
        .in_force("care.policy.exam_bonus")
        .filter(|fact| points(fact).value().is_some())
        .max_by_key(|fact| (fact.content.on.span(), &fact.resource));
    Outcome::sum(newest.into_iter(), points)
}

fn health_checks(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("care.activity.health_check"))
}

fn clinics(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("care.activity.free_clinic"))
}

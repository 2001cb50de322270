//! Figures of the association's own building: education, study, exchanges.

use jianyi_kernel::Count;

use crate::domain::report::figure::{Definition, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "aug1_participants",
        label: "庆“八一”励志教育参加人数",
        unit: "人",
        definition: "当年庆“八一”励志教育活动的参加人数。来源写“余”的按下限计。",
        kept_by: "宣传科",
        compute: aug1_participants,
    },
    Definition {
        key: "aug1_sites",
        label: "庆“八一”参观点",
        unit: "处",
        definition: "当年庆“八一”活动的参观点数。",
        kept_by: "宣传科",
        compute: aug1_sites,
    },
    Definition {
        key: "study_pairs",
        label: "“四学四强”学习平台",
        unit: "项",
        definition: "当年推行的“四学四强”学习平台项数，同一项只算一次。",
        kept_by: "综合督导",
        compute: study_pairs,
    },
    Definition {
        key: "study_tours_out",
        label: "外出考察学习",
        unit: "次",
        definition: "当年外出考察学习的次数，外地来访不在其内。来源另有总数时，两数取大的，并列写出差数。",
        kept_by: "宣传科",
        compute: study_tours_out,
    },
    Definition {
        key: "visits_in",
        label: "外地来访交流",
        unit: "次",
        definition: "当年接待外地同行来访的次数。",
        kept_by: "宣传科",
        compute: visits_in,
    },
    Definition {
        key: "field_surveys",
        label: "基层调研",
        unit: "次",
        definition: "当年到基层调研的次数。",
        kept_by: "宣传科",
        compute: field_surveys,
    },
];

const ARMY_DAY: &str = "publicity.event.army_day_education";

fn aug1_participants(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened(ARMY_DAY), |fact| fact.content.measures.count)
}

fn aug1_sites(year: &Year<'_>) -> Outcome {
    Outcome::sum(year.happened(ARMY_DAY), |fact| {
        fact.content
            .measures
            .sites
            .map_or(Count::UNKNOWN, Count::exact)
    })
}

fn study_pairs(year: &Year<'_>) -> Outcome {
    Outcome::distinct(year.in_force("oversight.study_pair"), |fact| {
        vec![fact.content.kind.clone()]
    })
}

fn study_tours_out(year: &Year<'_>) -> Outcome {
    let recorded = Outcome::number_of(year.happened("publicity.exchange.study_tour"));
    Outcome::stated_or_recorded(year.stated("study_tours"), recorded)
}

fn visits_in(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("publicity.exchange.inbound_visit"))
}

fn field_surveys(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.happened("publicity.exchange.field_survey"))
}

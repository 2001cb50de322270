//! Figures of what lies ahead: goals and the next year's tasks.

use crate::domain::report::figure::{Definition, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "goals",
        label: "“4+3”工作目标",
        unit: "项",
        definition: "当年有效的“4+3”工作目标项数。",
        kept_by: "综合督导",
        compute: goals,
    },
    Definition {
        key: "next_year_tasks",
        label: "下年度工作任务",
        unit: "项",
        definition: "下一年度计划列出的任务项数。",
        kept_by: "综合督导",
        compute: next_year_tasks,
    },
];

fn goals(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.in_force("oversight.goal"))
}

fn next_year_tasks(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.about("oversight.plan_task", year.number() + 1))
}

//! Figures of organisation: the volunteer force, rescue organisations, studios, heroes.

use crate::domain::fact::Fact;
use crate::domain::report::figure::{Definition, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "volunteers_total",
        label: "见义勇为志愿者",
        unit: "人",
        definition: "年末在册的志愿者人头，一人加入几支队伍只算一次。来源另有总数时，总数与逐人登记取大的，两数并列。",
        kept_by: "组织与会员科",
        compute: volunteers_total,
    },
    Definition {
        key: "volunteer_tiers",
        label: "志愿者队伍层级",
        unit: "级",
        definition: "年末有组织、有人员或有载明队伍数的志愿力量层级：县区义警队伍与社会救援组织各算一级。",
        kept_by: "组织与会员科",
        compute: volunteer_tiers,
    },
    Definition {
        key: "rescue_orgs",
        label: "社会救援组织",
        unit: "家",
        definition: "年末存续的社会救援组织数。来源另有总数时，两数取大的，并列写出差数。",
        kept_by: "组织与会员科",
        compute: rescue_orgs,
    },
    Definition {
        key: "hero_studios",
        label: "英模工作室",
        unit: "个",
        definition: "年末存续的英模工作室数。",
        kept_by: "组织与会员科",
        compute: hero_studios,
    },
    Definition {
        key: "heroes_total",
        label: "见义勇为英模",
        unit: "人",
        definition: "年末在册、姓名可以公开的英模人数。要求保密的不进任何数字。",
        kept_by: "组织与会员科",
        compute: heroes_total,
    },
];

/// Persons, not roles: one who serves in two teams is one volunteer.
fn volunteers_total(year: &Year<'_>) -> Outcome {
    let person = |fact: &Fact| fact.content.measures.person.clone().into_iter().collect();
    let recorded = Outcome::distinct(year.at_end("member.role.volunteer"), person);
    Outcome::stated_or_recorded(year.stated("volunteers"), recorded)
}

/// Levels that exist: by a unit, by somebody serving, or by a stated number of rescue organisations.
fn volunteer_tiers(year: &Year<'_>) -> Outcome {
    let stated = year.stated("rescue_organisations");
    let facts = year
        .at_end("member.org_unit")
        .chain(year.at_end("member.role.volunteer"))
        .chain(stated);
    Outcome::distinct(facts, |fact| tier(fact).into_iter().collect())
}

fn tier(fact: &Fact) -> Option<&str> {
    match fact.content.measures.subject.as_deref() {
        Some("rescue_organisations") => Some("rescue"),
        Some(_) | None => fact.content.measures.tier.as_deref(),
    }
}

fn rescue_orgs(year: &Year<'_>) -> Outcome {
    let recorded = Outcome::number_of(year.at_end("member.org_unit.rescue_organisation"));
    Outcome::stated_or_recorded(year.stated("rescue_organisations"), recorded)
}

fn hero_studios(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.at_end("member.org_unit.hero_studio"))
}

/// Heroes whose names may be known; sealed ones are in no figure.
fn heroes_total(year: &Year<'_>) -> Outcome {
    Outcome::number_of(year.at_end("member.hero"))
}

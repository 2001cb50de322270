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
        compute: volunteers_total,
    },
    Definition {
        key: "volunteer_tiers",
        label: "志愿者队伍层级",
        unit: "级",
        compute: volunteer_tiers,
    },
    Definition {
        key: "rescue_orgs",
        label: "社会救援组织",
        unit: "家",
        compute: rescue_orgs,
    },
    Definition {
        key: "hero_studios",
        label: "英模工作室",
        unit: "个",
        compute: hero_studios,
    },
    Definition {
        key: "heroes_total",
        label: "见义勇为英模",
        unit: "人",
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

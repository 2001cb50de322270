//! What the member service's events mean.

use jianyi_proto::member::events::v1 as ev;

use crate::domain::fact::{Change, Measures, State};
use crate::projection::reading::{
    Reading, Table, code, current, kind, moved, named, renamed, statement,
};

const TIER: &str = "VOLUNTEER_TIER_";

/// Fills the table.
pub(crate) fn readings(table: &mut Table) {
    table.on(|e: ev::OrgUnitOpened| {
        let measures = Measures {
            tier: code(TIER, e.tier().as_str_name()),
            parent: named(e.parent.clone()),
            ..Measures::default()
        };
        current(
            e.org_unit.clone(),
            kind("member.org_unit", "ORG_UNIT_KIND_", e.kind().as_str_name()),
            e.fact,
            measures,
        )
    });
    table.on(|_: ev::OrgUnitRenamed| Ok(Reading::Quiet));
    table.on(|e: ev::OrgUnitClosed| moved(e.org_unit, State::Ended, e.fact));
    table.on(|e: ev::PersonRegistered| {
        current(
            e.person,
            "member.person".into(),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::RoleStarted| {
        let measures = Measures {
            tier: code(TIER, e.tier().as_str_name()),
            person: named(e.person.clone()),
            parent: named(e.org_unit.clone()),
            ..Measures::default()
        };
        current(
            e.role.clone(),
            kind("member.role", "ROLE_KIND_", e.kind().as_str_name()),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::RoleEnded| moved(e.role, State::Ended, e.fact));
    table.on(|e: ev::HeroConfirmed| {
        current(e.hero, "member.hero".into(), e.fact, Measures::default())
    });
    table.on(|e: ev::HeroEnded| moved(e.hero, State::Ended, e.fact));
    table.on(|e: ev::HeroSealed| {
        Ok(Reading::Change {
            resource: e.hero,
            change: Change::Sealed,
        })
    });
    // As everybody behind a sealed hero, and what they do: what is counted here and what the county counts agree.
    table.on(|e: ev::PersonSealed| {
        Ok(Reading::Change {
            resource: e.person,
            change: Change::Sealed,
        })
    });
    table.on(|e: ev::RoleSealed| {
        Ok(Reading::Change {
            resource: e.role,
            change: Change::Sealed,
        })
    });
    table.on(|e: ev::HeroSealReleased| {
        current(e.hero, "member.hero".into(), e.fact, Measures::default())
    });
    // The id stays and was counted; no number changes.
    table.on(|_: ev::PersonErased| Ok(Reading::Quiet));
    table.on(|_: ev::ConsentWithdrawn| Ok(Reading::Quiet));
    table.on(|e: ev::PersonMoved| renamed((e.person, e.former), "member.person".into(), e.fact));
    table.on(|e: ev::HeroMoved| renamed((e.hero, e.former), "member.hero".into(), e.fact));
    // Between two counties; what came of it is told to everybody by the two above.
    table.on(|_: ev::HandoverOffered| Ok(Reading::Hidden));
    table.on(|_: ev::HandoverWithdrawn| Ok(Reading::Hidden));
    table.on(|_: ev::HandoverAccepted| Ok(Reading::Hidden));
    table.on(|_: ev::HandoverRefused| Ok(Reading::Hidden));
    table.on(|_: ev::HandoverReleased| Ok(Reading::Hidden));
    table.on(|_: ev::HandoverCompleted| Ok(Reading::Hidden));
    table.on(|_: ev::HandoverReturned| Ok(Reading::Hidden));
    table.on(|_: ev::SealedHeroMoved| Ok(Reading::Hidden));
    // Those whose names must not be known are in no number and move no watermark.
    table.on(|_: ev::SealedHeroConfirmed| Ok(Reading::Hidden));
    table.on(|_: ev::SealedHeroEnded| Ok(Reading::Hidden));
    table.on(|e: ev::CountStated| statement("member", e.statement, e.fact, e.subject, e.count));
}

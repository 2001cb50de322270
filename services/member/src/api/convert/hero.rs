//! Heroes in and out. Whether a sealed one may go out was decided by the query that read it.

use jianyi_kernel::{Fault, FuzzyDate, Violation, Violations};
use jianyi_proto::convert;
use jianyi_proto::member::v1 as pb;

use super::{instant, personal_text, reference};
use crate::codes;
use crate::domain::county::County;
use crate::domain::hero::{Decision, Hero, Level, Seal, Standing};
use crate::store::heroes::StandingKind;
use crate::usecase::Named;

/// Longest number of a decision.
pub(crate) const DOCUMENT_LENGTH: usize = 60;

/// Reads a confirmation to be recorded, with everything that is wrong with it.
pub(crate) fn decision(
    county: &County,
    wire: Option<pb::Hero>,
) -> Result<(Decision, Option<Seal>), Fault> {
    let wire = wire.ok_or_else(|| Violation::required("hero"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let person = reference(v, county, "hero.person", &wire.person);
    let confirmed_on = v.take(FuzzyDate::parse("hero.confirmed_on", &wire.confirmed_on));
    let document_no = v.text("hero.document_no", &wire.document_no, DOCUMENT_LENGTH);
    let authority = v.text("hero.authority", &wire.authority, 100);
    let honour_level = codes::read(v, "hero.honour_level", wire.honour_level);
    let seal = if wire.confidentiality == 0 && wire.confidentiality_ground.is_empty() {
        None
    } else {
        seal(
            v,
            "hero.confidentiality",
            wire.confidentiality,
            &wire.confidentiality_ground,
        )
    };
    let provenance = v.take(convert::provenance(wire.provenance).map_err(|v| v.within("hero")));
    let decision = (|| {
        Some(Decision {
            person: person?,
            confirmed_on: confirmed_on?,
            document_no: document_no?,
            authority: authority?,
            honour_level,
            provenance: provenance?,
        })
    })();
    Ok((violations.finish_with(decision)?, seal))
}

/// Reads level and ground of a seal; both are needed. The ground's field is called after the level's.
pub(crate) fn seal(
    violations: &mut Violations,
    field: &str,
    level: i32,
    ground: &str,
) -> Option<Seal> {
    let ground_field = if field == "level" {
        "ground".to_owned()
    } else {
        format!("{field}_ground")
    };
    let level: Option<Level> = codes::require(violations, field, level);
    let ground = personal_text(violations, &ground_field, ground, 500);
    Some(Seal {
        level: level?,
        ground: ground?,
    })
}

impl From<Named<'_, &Hero>> for pb::Hero {
    fn from(Named { app, it: hero }: Named<'_, &Hero>) -> Self {
        let record = hero.record();
        let decision = record.decision.clone();
        let (status, ended_on, revocation) = match &record.standing {
            Standing::Confirmed => (StandingKind::Confirmed, String::new(), None),
            Standing::Revoked {
                decided_on,
                document_no,
                reason,
            } => {
                let reason = reason.expose("answer to whoever may see the hero").clone();
                (
                    StandingKind::Revoked,
                    decided_on.to_string(),
                    Some((document_no.clone(), reason)),
                )
            }
            Standing::Deceased { died_on } => (StandingKind::Deceased, died_on.to_string(), None),
        };
        let (revocation_document_no, revocation_reason) = revocation.unwrap_or_default();
        Self {
            name: app.name(record.id),
            person: app.name(decision.person),
            status: codes::number(Some(status)),
            confirmed_on: decision.confirmed_on.to_string(),
            document_no: decision.document_no,
            authority: decision.authority,
            honour_level: codes::number(decision.honour_level),
            confidentiality: codes::number(hero.sealed().map(|seal| seal.level)),
            confidentiality_ground: hero
                .sealed()
                .map(|seal| {
                    seal.ground
                        .expose("answer to whoever may see the hero")
                        .clone()
                })
                .unwrap_or_default(),
            provenance: Some(decision.provenance.into()),
            ended_on,
            revocation_document_no,
            revocation_reason,
            create_time: instant(record.created_at),
            etag: record.version.to_string(),
        }
    }
}

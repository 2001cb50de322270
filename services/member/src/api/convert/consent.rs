//! Consents and their purposes in and out.

use jianyi_kernel::{Fault, Violation, Violations};
use jianyi_proto::member::v1 as pb;

use super::{day, day_text, instant, optional_reference, personal_text, reference};
use crate::codes;
use crate::domain::consent::{self, Consent, Paper};
use crate::domain::county::County;
use crate::domain::person::PersonId;
use crate::store::consents::Purpose;
use crate::usecase::Named;

/// Reads a consent to be recorded, with everything that is wrong with it.
pub(crate) fn given(
    county: &County,
    wire: Option<pb::Consent>,
) -> Result<(PersonId, Paper), Fault> {
    let wire = wire.ok_or_else(|| Violation::required("consent"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let person = reference(v, county, "consent.person", &wire.person);
    let purpose = v.text("consent.purpose", &wire.purpose, 60);
    let paper = paper(v, &wire, purpose);
    let given = (|| Some((person?, paper?)))();
    violations.finish_with(given)
}

/// Reads the consent that ends a confidentiality; purpose and person follow from what is released.
pub(crate) fn of_release(
    violations: &mut Violations,
    county: &County,
    wire: &pb::Consent,
) -> Option<(Paper, Option<PersonId>)> {
    let person = optional_reference(violations, county, "consent.person", &wire.person);
    let paper = paper(violations, wire, Some(consent::RELEASE.into()));
    Some((paper?, person))
}

fn paper(v: &mut Violations, wire: &pb::Consent, purpose: Option<String>) -> Option<Paper> {
    let notice_version = v.text("consent.notice_version", &wire.notice_version, 40);
    let given_on = day(v, "consent.given_on", &wire.given_on);
    let given_by = codes::require(v, "consent.given_by", wire.given_by);
    let evidence = personal_text(v, "consent.evidence", &wire.evidence, 100);
    Some(Paper {
        purpose: purpose?,
        notice_version: notice_version?,
        given_on: given_on?,
        given_by: given_by?,
        evidence: evidence?,
    })
}

impl From<Named<'_, Consent>> for pb::Consent {
    fn from(Named { app, it: consent }: Named<'_, Consent>) -> Self {
        let paper = consent.paper;
        Self {
            name: app.name(consent.id),
            person: app.name(consent.person),
            purpose: paper.purpose,
            notice_version: paper.notice_version,
            given_on: paper.given_on.to_string(),
            given_by: codes::number(Some(paper.given_by)),
            evidence: paper.evidence.expose("the layer masks").clone(),
            withdrawn_on: day_text(consent.withdrawn_on),
            create_time: instant(consent.created_at),
            etag: consent.version.to_string(),
        }
    }
}

impl From<Purpose> for pb::ConsentPurpose {
    fn from(purpose: Purpose) -> Self {
        Self {
            code: purpose.code,
            display_name: purpose.display_name,
            basis: purpose.basis,
            separate: purpose.separate,
            valid_from: purpose.valid_from.to_string(),
            valid_to: day_text(purpose.valid_to),
        }
    }
}

//! Grants on the wire: the credential comes in clear and is sealed; replies are masked by their contract.

use jianyi_db::FieldCipher;
use jianyi_kernel::{Clock, Division, Fault, Pii, Provenance, Violation, Violations, parse_day};
use jianyi_proto::care::v1 as pb;
use jianyi_proto::convert::timestamp;
use jianyi_proto::name;
use time::Date;

use super::{
    OnTheWire as _, division, hero, on_the_wire, optional_day, provenance, provenance_reply,
    required, stated,
};
use crate::domain::grant::{Beneficiary, Grant};
use crate::domain::id::{GrantId, PolicyId};

on_the_wire!(Beneficiary, pb::Beneficiary, Hero, Child);

/// A benefit to grant.
#[derive(Debug)]
pub(crate) struct NewGrant {
    /// The id to record it under.
    pub(crate) id: GrantId,
    /// The policy.
    pub(crate) policy: PolicyId,
    /// Resource name of the hero.
    pub(crate) hero: String,
    /// Who enjoys it.
    pub(crate) beneficiary: Beneficiary,
    /// First day.
    pub(crate) from_day: Date,
    /// Last day.
    pub(crate) to_day: Option<Date>,
    /// The card or the student, normalised.
    pub(crate) credential: Option<Pii<String>>,
    /// The document that conferred the title.
    pub(crate) title_document: String,
    /// Where.
    pub(crate) division: Division,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

/// Reads what a client wants granted.
pub(crate) fn parse(wire: Option<pb::EntitlementGrant>, clock: &Clock) -> Result<NewGrant, Fault> {
    let wire = required("entitlement_grant", wire)?;
    let mut v = Violations::new();
    let policy = v.take(name::parse("entitlement_grant.policy", &wire.policy));
    let hero = hero(&mut v, "entitlement_grant.hero", &wire.hero);
    let beneficiary = stated(&mut v, "entitlement_grant.beneficiary", wire.beneficiary());
    let from_day = v.take(parse_day("entitlement_grant.from_day", &wire.from_day));
    let to_day = optional_day(&mut v, "entitlement_grant.to_day", &wire.to_day);
    if from_day
        .zip(to_day.flatten())
        .is_some_and(|(from, to)| to < from)
    {
        v.push(Violation::new(
            "entitlement_grant.to_day",
            "ENDS_BEFORE_START",
            "a grant ends after it starts".into(),
            "终止日早于起始日,请核对",
        ));
    }
    let credential = v.take(credential(
        "entitlement_grant.credential_no",
        &wire.credential_no,
    ));
    let title_document = v.optional_text(
        "entitlement_grant.title_document",
        &wire.title_document,
        100,
    );
    let division = division(&mut v, "entitlement_grant.division", &wire.division);
    let provenance = provenance(&mut v, "entitlement_grant", wire.provenance);
    let build = || {
        Some(NewGrant {
            id: clock.new_id(),
            policy: policy?,
            hero: hero?,
            beneficiary: beneficiary?,
            from_day: from_day?,
            to_day: to_day?,
            credential: credential?,
            title_document: title_document?,
            division: division?,
            provenance: provenance?,
        })
    };
    v.finish_with(build())
}

/// A credential without blanks and in upper case, so that one card has one index; `None` when empty.
pub(crate) fn credential(field: &str, text: &str) -> Result<Option<Pii<String>>, Violation> {
    let number: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if number.chars().count() > 64 || number.chars().any(char::is_control) {
        return Err(Violation::new(
            field,
            "TOO_LONG",
            "a credential has at most 64 characters".into(),
            "卡号或考号过长",
        ));
    }
    Ok((!number.is_empty()).then(|| Pii::new(number)))
}

/// Where a grant's credential belongs.
pub(crate) fn place(id: GrantId) -> String {
    format!("grants/{id}/credential")
}

/// A reply.
pub(crate) fn reply(grant: &Grant, cipher: &FieldCipher) -> Result<pb::EntitlementGrant, Fault> {
    let credential = match &grant.credential {
        Some(sealed) => cipher.open_text(&place(grant.id), sealed)?,
        None => String::new(),
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    Ok(pb::EntitlementGrant {
        name: grant.id.name(),
        policy: grant.policy.name(),
        hero: grant.hero.clone(),
        beneficiary: grant.beneficiary.to_wire().into(),
        from_day: grant.from_day.to_string(),
        to_day: day(grant.to_day),
        credential_no: credential,
        title_document: grant.title_document.clone(),
        division: grant.division.to_string(),
        provenance: Some(provenance_reply(&grant.sources, &grant.locations)),
        create_time: Some(timestamp(grant.created_at)),
        etag: grant.version.to_string(),
        benefit: grant.benefit.to_wire().into(),
        ended_on: day(grant.ended_on),
        end_reason: grant.end_reason.clone().unwrap_or_default(),
    })
}

//! Grants a benefit, and ends it at once where the hero's own end is known already.

use jianyi_db::{Begun, Committed, FieldCipher, Uow};
use jianyi_kernel::{Call, Fault, Timestamp, Violation};
use jianyi_proto::care::v1 as pb;

use super::{App, taken};
use crate::convert::grant::{NewGrant, place, reply};
use crate::domain::grant::{self, Grant};
use crate::domain::hero::Hero;
use crate::domain::policy::{BenefitKind, Policy};
use crate::{events, store};

/// Grants the benefit, once.
pub(crate) async fn grant_entitlement(
    app: &App,
    call: &Call,
    new: NewGrant,
) -> Result<Committed<pb::EntitlementGrant>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let policy = store::policies::find(uow.conn(), new.policy)
        .await?
        .ok_or_else(|| Fault::NotFound(new.policy.name()))?;
    if policy.benefit == BenefitKind::ExamBonus && new.credential.is_none() {
        return Err(Violation::required("entitlement_grant.credential_no").into());
    }
    // Locked, so that the hero's end comes before this grant or after it and never beside it.
    let hero = store::heroes::lock(uow.conn(), &new.hero)
        .await?
        .ok_or(grant::Error::NotEligible)?;
    grant::admit(&hero, &policy, new.from_day, &new.title_document)?;
    let grant = seal(new, &policy, uow.cipher(), uow.now())?;
    if !store::grants::insert(uow.conn(), &grant).await? {
        return Err(why_taken(&mut uow, &grant).await?);
    }
    events::entitlement_granted(&grant, &hero)
        .into_iter()
        .for_each(|event| uow.emit(event));
    let grant = end_with_hero(&mut uow, grant, &hero).await?;
    let reply = reply(&grant, uow.cipher())?;
    uow.commit(reply).await
}

async fn why_taken(uow: &mut Uow, grant: &Grant) -> Result<Fault, Fault> {
    if let Some(same) = store::grants::find_natural(uow.conn(), grant).await? {
        return Ok(taken(Some(same.name())));
    }
    Ok(match grant.benefit {
        BenefitKind::ExamBonus => grant::Error::StudentAlreadyGranted.into(),
        BenefitKind::FreeBus => grant::Error::CredentialInUse.into(),
    })
}

async fn end_with_hero(uow: &mut Uow, grant: Grant, hero: &Hero) -> Result<Grant, Fault> {
    let (Some(on), Some(reason)) = (hero.end(), hero.end_reason) else {
        return Ok(grant);
    };
    let Ok(ended) = grant.clone().end(on, reason.grant_reason()) else {
        return Ok(grant);
    };
    let now = uow.now();
    store::grants::save(uow.conn(), &ended, now).await?;
    events::entitlement_ended(&ended, hero)
        .into_iter()
        .for_each(|event| uow.emit(event));
    Ok(ended)
}

fn seal(
    new: NewGrant,
    policy: &Policy,
    cipher: &FieldCipher,
    now: Timestamp,
) -> Result<Grant, Fault> {
    let (credential, credential_index) = match &new.credential {
        Some(number) => {
            let number = number.expose("seal");
            let index = cipher.blind_index(policy.benefit.credential_kind(), number)?;
            (
                Some(cipher.seal(&place(new.id), number.as_bytes())?),
                Some(index),
            )
        }
        None => (None, None),
    };
    Ok(Grant {
        id: new.id,
        version: 1,
        created_at: now,
        policy: new.policy,
        benefit: policy.benefit,
        hero: new.hero,
        beneficiary: new.beneficiary,
        from_day: new.from_day,
        to_day: new.to_day,
        credential,
        credential_index,
        title_document: new.title_document,
        ended_on: None,
        end_reason: None,
        division: new.division,
        sources: new.provenance.sources,
        locations: new.provenance.locations,
    })
}

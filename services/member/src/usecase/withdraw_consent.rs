//! Ends a consent: whoever works on the strength of it is told to stop.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{App, Target, fence};
use crate::domain::consent::ConsentKey;
use crate::domain::hero::HeroId;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<ConsentKey>,
    on: Option<Date>,
) -> Result<Committed<pb::Consent>, Fault> {
    let mut uow = match app.db.begin::<pb::Consent>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    fence::behind(app, &mut uow, target.id).await?;
    let consent = store::consents::lock(uow.conn(), &cipher, target.id).await?;
    let consent = target.check(app, consent, |consent| consent.version)?;
    let today = now.business_date();
    let (consent, withdrawn) = consent.withdraw(on.unwrap_or(today), today)?;
    store::consents::save(uow.conn(), &consent, now).await?;
    // Confidential heroes are not among them: this method does not reach them, and nothing of theirs is public.
    let heroes: Vec<HeroId> = store::heroes::lock_of(uow.conn(), &cipher, consent.person)
        .await?
        .iter()
        .filter(|hero| hero.sealed().is_none())
        .map(|hero| hero.record().id)
        .collect();
    uow.emit(events::consent_withdrawn(
        &app.county,
        &consent,
        &heroes,
        withdrawn,
    ));
    uow.commit(app.named(consent).into()).await
}

//! Records that a competent committee confirmed a hero.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, fence, vanished, veil};
use crate::domain::hero::{Decision, Hero, Seal};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    decision: Decision,
    seal: Option<Seal>,
) -> Result<Committed<pb::Hero>, Fault> {
    let mut uow = match app.db.begin::<pb::Hero>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let (person, document_no) = (decision.person, decision.document_no.clone());
    // Before anything else: two confirmations of one person wait for each other.
    let custody = fence::person(app, &mut uow, person).await?;
    if !store::people::hold(uow.conn(), person).await? {
        return Err(Fault::NotFound(app.name(person)));
    }
    if let Some(existing) = store::heroes::find_natural(uow.conn(), person, &document_no).await? {
        return Err(Fault::Exists(app.name(existing)));
    }
    let seal = match seal {
        // Whoever is under confidentiality stays so, whatever else they are honoured for.
        None if custody.sealed => store::heroes::lock_of(uow.conn(), &cipher, person)
            .await?
            .iter()
            .filter_map(|hero| hero.sealed().cloned())
            .max_by_key(|seal| seal.level),
        seal => seal,
    };
    let (hero, fact) = Hero::confirm(uow.new_id(), decision, seal.clone(), uow.now());
    if !store::heroes::insert(uow.conn(), &cipher, &hero).await? {
        let existing = store::heroes::find_natural(uow.conn(), person, &document_no).await?;
        return Err(Fault::Exists(app.name(existing.ok_or_else(vanished)?)));
    }
    uow.emit(events::hero(&app.county, &hero, &fact));
    if let Some(seal) = &seal {
        veil::draw(app, &mut uow, person, seal).await?;
    }
    uow.commit(app.named(&hero).into()).await
}

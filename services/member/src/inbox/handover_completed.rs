//! The record has arrived there: what is personal goes here, what was counted stays counted.

use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HandoverCompleted;

use super::Told;
use crate::domain::role::Ended;
use crate::{events, store};

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverCompleted>) -> Result<(), Fault> {
    let (now, cipher, county) = (uow.now(), uow.cipher().clone(), &told.app.county);
    let (handover, custody) = told.lock_own(uow).await?;
    let Some(handover) = handover.completed(told.event.epoch) else {
        return Ok(());
    };
    store::handovers::save(uow.conn(), &handover, now).await?;
    let (person, on) = (handover.terms.person, handover.terms.effective_on);
    // They may have come back before this was heard: then what is here is not what left, and stays.
    let gone = custody
        .as_ref()
        .is_some_and(|it| it.handed_to.is_some() && it.epoch == handover.next_epoch());
    let ended = if gone {
        store::roles::end_all_of(uow.conn(), person, on, now).await?
    } else {
        let mut all = store::roles::list_of(uow.conn(), person).await?;
        all.retain(|role| role.ended_by_move(on));
        all
    };
    if custody.is_some_and(|custody| !custody.sealed) {
        for role in &ended {
            if let Some(on) = role.profile.to {
                uow.emit(events::role_ended(county, role, &Ended { on }));
            }
        }
    }
    if !gone {
        return Ok(());
    }
    let heroes = store::heroes::lock_of(uow.conn(), &cipher, person).await?;
    let consents = store::consents::list(uow.conn(), &cipher, person, None).await?;
    let requests = store::subject_requests::ids_of(uow.conn(), person).await?;
    let departed: Vec<_> = heroes
        .iter()
        .map(|hero| hero.record().id.as_uuid())
        .chain(consents.iter().map(|consent| consent.id.as_uuid()))
        .chain(requests)
        .collect();
    store::departed::note(uow.conn(), &departed, person).await?;
    store::records::remove_dependants(uow.conn(), person).await?;
    store::people::empty(uow.conn(), person, now).await
}

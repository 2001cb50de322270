//! The record of somebody who moves here: taken in, or sent back with a reason; in either case the key is gone.

use jianyi_db::{Uow, parcel};
use jianyi_kernel::{Fault, Timestamp, parse_day};
use jianyi_proto::member::events::v1::HandoverReleased;
use sqlx::Connection as _;

use super::{Told, about};
use crate::domain::county::County;
use crate::domain::handover::{Arrival, Handover, Side, State, Terms};
use crate::domain::person::PersonId;
use crate::store::records::{self, Admission};
use crate::{events, store};

/// The key is not here: it was never made, or has gone.
const NO_KEY: &str = "NOT_ACCEPTED";
/// The key does not open it, or what is in it cannot be read.
const UNREADABLE: &str = "RECORD_UNREADABLE";
/// The database does not take it.
const UNFIT: &str = "RECORD_UNFIT";

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverReleased>) -> Result<(), Fault> {
    let (now, county) = (uow.now(), &told.app.county);
    let epoch = told.event.epoch;
    let Some((handover, _)) = told.lock(uow).await? else {
        let unknown = unknown(&told, now)?.send_back(NO_KEY);
        store::handovers::insert(uow.conn(), &unknown).await?;
        uow.emit(events::handover_returned(county, &unknown));
        return Ok(());
    };
    let handover = match handover.released(epoch) {
        Arrival::Ignored => return Ok(()),
        Arrival::Unexpected(handover) => return send_back(uow, county, handover, NO_KEY).await,
        Arrival::Opened(handover) => handover,
    };
    let cipher = uow.cipher().clone();
    let about = about(handover.id, epoch, &told.from, county.division());
    let key = store::handovers::private_key(uow.conn(), &cipher, handover.id).await?;
    let record = key.and_then(|key| parcel::open(&key, &about, &told.event.parcel));
    let Some(record) = record else {
        return send_back(uow, county, handover, UNREADABLE).await;
    };
    match admit(uow, county, &handover, &record).await {
        Ok(()) => arrived(uow, county, handover).await,
        Err(Fault::Unavailable(why)) => Err(Fault::Unavailable(why)),
        Err(Fault::Busy(after)) => Err(Fault::Busy(after)),
        Err(fault) => {
            let reason = match &fault {
                Fault::Invalid(violations) => violations.first().map_or(UNREADABLE, |it| it.reason),
                Fault::Unauthenticated(_)
                | Fault::Denied
                | Fault::NotFound(_)
                | Fault::Exists(_)
                | Fault::Refused(_)
                | Fault::Stale(_)
                | Fault::Busy(_)
                | Fault::Unavailable(_)
                | Fault::Internal(_) => UNFIT,
            };
            send_back(uow, county, handover, reason).await
        }
    }
}

/// All of it or nothing: what was begun is undone before the record is sent back.
async fn admit(
    uow: &mut Uow,
    county: &County,
    handover: &Handover,
    record: &[u8],
) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let admission = Admission {
        person: handover.terms.person,
        own: county.division(),
        former: &handover.terms.county,
        effective_on: handover.terms.effective_on,
        epoch: handover.next_epoch(),
    };
    let mut attempt = uow.conn().begin().await?;
    match records::put(&mut attempt, &cipher, record, &admission, now).await {
        Ok(()) => Ok(attempt.commit().await?),
        Err(fault) => {
            attempt.rollback().await?;
            Err(fault)
        }
    }
}

/// This county writes from now on, and everybody learns the new names; of the confidential, only who must.
async fn arrived(uow: &mut Uow, county: &County, handover: Handover) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let person = handover.terms.person;
    let custody = store::people::custody(uow.conn(), person).await?;
    let sealed = custody.is_none_or(|custody| custody.sealed);
    let mut handover = handover.take_in();
    handover.terms.sealed = handover.terms.sealed || sealed;
    store::handovers::save(uow.conn(), &handover, now).await?;
    uow.emit(events::handover_completed(county, &handover));
    if let (false, Some(known)) = (
        sealed,
        store::people::get_kept(uow.conn(), &cipher, person).await?,
    ) {
        uow.emit(events::person_moved(
            county,
            &handover,
            person,
            known.version,
        ));
    }
    for hero in store::heroes::lock_of(uow.conn(), &cipher, person).await? {
        uow.emit(events::hero_moved(county, &handover, &hero));
    }
    Ok(())
}

async fn send_back(
    uow: &mut Uow,
    county: &County,
    handover: Handover,
    reason: &str,
) -> Result<(), Fault> {
    let now = uow.now();
    let handover = handover.send_back(reason);
    store::handovers::save(uow.conn(), &handover, now).await?;
    uow.emit(events::handover_returned(county, &handover));
    Ok(())
}

/// A hand-over that this county has forgotten, or never heard of. Nobody need see it.
fn unknown(told: &Told<'_, HandoverReleased>, now: Timestamp) -> Result<Handover, Fault> {
    let on = told.event.fact.as_ref().map_or("", |fact| fact.on.as_str());
    let terms = Terms {
        person: PersonId::from_uuid(told.id.as_uuid()),
        county: told.from.clone(),
        effective_on: parse_day("fact.on", on)?,
        epoch: told.event.epoch - 1,
        expires_at: now,
        sealed: true,
    };
    Ok(Handover::heard(
        told.id,
        Side::Receiving,
        State::Offered,
        terms,
        now,
    ))
}

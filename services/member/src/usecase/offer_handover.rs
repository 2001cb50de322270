//! Offers a person to another county; until it has accepted, this one goes on writing.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Division, Fault, Violation};
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{App, fence};
use crate::domain::handover::{Error, Handover, Terms};
use crate::domain::person::{self, PersonId};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    person: PersonId,
    to: Division,
    effective_on: Date,
) -> Result<Committed<pb::Handover>, Fault> {
    let mut uow = match app.db.begin::<pb::Handover>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let custody = fence::person(app, &mut uow, person).await?;
    if custody.erased {
        return Err(person::Error::Erased.into());
    }
    if store::divisions::get(uow.conn(), to.as_str(), now.business_date())
        .await?
        .is_none()
    {
        return Err(unknown_division().into());
    }
    let terms = Terms {
        person,
        county: to,
        effective_on,
        epoch: custody.epoch,
        expires_at: now,
        sealed: custody.sealed,
    };
    let handover = Handover::offer(uow.new_id(), app.county.division(), terms, now)?;
    if !store::handovers::insert(uow.conn(), &handover).await? {
        return Err(Error::Open.into());
    }
    uow.touch(&app.name(person));
    uow.emit(events::handover_offered(&app.county, &handover));
    uow.commit(app.named(handover).into()).await
}

fn unknown_division() -> Violation {
    Violation::new(
        "to_county",
        "DIVISION_UNKNOWN",
        "no such division is valid today; see ListDivisions".into(),
        "区划代码不在现行区划表中,请核对",
    )
}

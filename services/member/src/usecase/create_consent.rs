//! Records a consent that was given on paper.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, fence, vanished};
use crate::domain::consent::{Consent, Error, Paper};
use crate::domain::person::PersonId;
use crate::store;

pub(crate) async fn run(
    app: &App,
    call: &Call,
    person: PersonId,
    paper: Paper,
) -> Result<Committed<pb::Consent>, Fault> {
    let mut uow = match app.db.begin::<pb::Consent>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    fence::person(app, &mut uow, person).await?;
    if !store::people::hold(uow.conn(), person).await? {
        return Err(Fault::NotFound(app.name(person)));
    }
    let subject = store::people::get(uow.conn(), &cipher, person).await?;
    let subject = subject.ok_or_else(vanished)?;
    let in_force = store::consents::purposes(uow.conn(), paper.given_on).await?;
    if !in_force.iter().any(|known| known.code == paper.purpose) {
        return Err(Error::PurposeNotInForce.into());
    }
    let consent = Consent::give(uow.new_id(), person, paper, subject.born(), uow.now())?;
    store::consents::insert(uow.conn(), &cipher, &consent).await?;
    uow.commit(app.named(consent).into()).await
}

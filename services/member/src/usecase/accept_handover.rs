//! Accepts a person that another county offers: makes the one key that will open the record.

use jianyi_db::{Begun, Committed, parcel};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, Target};
use crate::domain::handover::HandoverKey;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<HandoverKey>,
) -> Result<Committed<pb::Handover>, Fault> {
    let mut uow = match app.db.begin::<pb::Handover>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let handover = store::handovers::lock(uow.conn(), target.id).await?;
    let handover = target.check(app, handover, |handover| handover.version)?;
    let handover = handover.accept(now)?;
    let (private, public) = parcel::key_pair();
    let cipher = uow.cipher().clone();
    store::handovers::save_accepted(uow.conn(), &cipher, &handover, &private, now).await?;
    uow.emit(events::handover_accepted(&app.county, &handover, public));
    uow.commit(app.named(handover).into()).await
}

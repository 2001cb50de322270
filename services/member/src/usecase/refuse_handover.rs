//! Declines a person that another county offers.

use jianyi_db::{Begun, Committed};
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
    let handover = handover.refuse()?;
    store::handovers::save(uow.conn(), &handover, now).await?;
    uow.emit(events::handover_refused(&app.county, &handover));
    uow.commit(app.named(handover).into()).await
}

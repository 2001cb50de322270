//! Records that a phase of a campaign was held.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::name;

use crate::domain::campaign::CampaignPhase;
use crate::usecase::App;
use crate::{events, store};

/// Records it, unless it is recorded.
pub(crate) async fn hold(
    app: &App,
    call: &Call,
    new: CampaignPhase,
) -> Result<Committed<pb::CampaignPhase>, Fault> {
    let mut uow = match app.db.begin::<pb::CampaignPhase>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    store::campaigns::get(uow.conn(), new.campaign).await?;
    if !store::campaign_phases::insert(uow.conn(), &new).await? {
        let id = store::campaign_phases::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(name::child(new.campaign, id)));
    }
    uow.emit(events::campaign_phase_held(&new));
    uow.commit(pb::CampaignPhase::from(&new)).await
}

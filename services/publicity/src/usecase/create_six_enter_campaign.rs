//! Opens a 六进 campaign.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Recorded, SixEnterCampaign};
use crate::{events, store};

/// Opens it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_six_enter_campaign(
    app: &App,
    call: &Call,
    campaign: SixEnterCampaign,
) -> Result<Committed<pb::SixEnterCampaign>, Fault> {
    let mut uow = match app.db.begin::<pb::SixEnterCampaign>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let campaign = Recorded::new(uow.new_id(), uow.now(), campaign);
    store::six_enter_campaigns::insert(uow.conn(), &campaign).await?;
    uow.emit(events::six_enter_campaign_opened(&campaign));
    uow.commit(campaign.into()).await
}

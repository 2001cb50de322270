//! Records a pair of 四学四强.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::study::StudyPair;
use crate::events;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_study_pair(
    app: &App,
    call: &Call,
    new: StudyPair,
) -> Result<Committed<pb::StudyPair>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let pair = Stored::new(uow.new_id(), uow.now(), new);
    store::study_pairs::insert(uow.conn(), &pair).await?;
    uow.emit(events::study_pair_set(&pair));
    uow.commit(pair.into()).await
}

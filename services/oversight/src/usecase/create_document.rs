//! Records a document; that it exists is nobody's event, that it is adopted is.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::document::Document;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_document(
    app: &App,
    call: &Call,
    new: Document,
) -> Result<Committed<pb::Document>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let document = Stored::new(uow.new_id(), uow.now(), new);
    store::documents::insert(uow.conn(), &document).await?;
    uow.commit(document.into()).await
}

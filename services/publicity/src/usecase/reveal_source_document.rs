//! Shows a source document with its text.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::SourceDocument;
use crate::store;

/// Reads it and records, in one transaction, who asked and what for.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn reveal_source_document(
    app: &App,
    call: &Call,
    id: Id<SourceDocument>,
) -> Result<Committed<pb::SourceDocument>, Fault> {
    let mut uow = match app.db.begin::<pb::SourceDocument>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let mut document = store::source_documents::get(uow.conn(), id).await?;
    document.fact.text = Some(store::source_documents::text(uow.conn(), id, &cipher).await?);
    uow.commit(document.into()).await
}

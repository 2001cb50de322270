//! Imports a text that facts are taken from.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Recorded, SourceDocument};
use crate::{events, store};

/// Keeps it, and answers what reading it found; the text itself is not in the answer.
///
/// # Errors
/// [`Fault::Exists`] when the same content was imported before.
pub(crate) async fn import_source_document(
    app: &App,
    call: &Call,
    document: SourceDocument,
) -> Result<Committed<pb::SourceDocument>, Fault> {
    let mut uow = match app.db.begin::<pb::SourceDocument>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let mut document = Recorded::new(uow.new_id(), uow.now(), document);
    store::source_documents::insert(uow.conn(), &document, &cipher).await?;
    uow.emit(events::source_document_imported(&document));
    document.fact.text = None;
    uow.commit(document.into()).await
}

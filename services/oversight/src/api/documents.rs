//! Documents: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, page, year};
use crate::domain::Stored;
use crate::domain::document::Document;
use crate::store::{self, Window};
use crate::usecase::create_document::create_document;
use crate::usecase::{App, found};
use crate::wire::wire_name;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateDocumentRequest>,
) -> Result<pb::Document, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().document.unwrap_or_default())?;
    create_document(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetDocumentRequest>,
) -> Result<pb::Document, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::documents::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListDocumentsRequest>,
) -> Result<pb::ListDocumentsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::documents::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListDocumentsResponse {
        documents: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::Document) -> Result<Document, Fault> {
    let mut v = Violations::new();
    let title = v.text("document.title", &wire.title, 200);
    let kind = v.take(code_in(
        "document.kind",
        "DOCUMENT_KIND_",
        wire.kind().as_str_name(),
    ));
    let for_year = v.take(year("document.for_year", wire.for_year));
    let dated_on = v.take(FuzzyDate::parse("document.dated_on", &wire.dated_on));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Document {
            title: title?,
            kind: kind?,
            for_year: for_year?,
            dated_on: dated_on?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Document>> for pb::Document {
    fn from(stored: Stored<Document>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            title: it.title,
            kind: pb::DocumentKind::from_str_name(&wire_name("DOCUMENT_KIND_", it.kind))
                .unwrap_or_default()
                .into(),
            for_year: it.for_year,
            dated_on: it.dated_on.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

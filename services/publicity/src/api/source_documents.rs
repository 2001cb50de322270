//! Source documents on the wire. The text leaves only when it is revealed for a purpose.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::source_text::{LineSpan, Paragraph};
use crate::domain::{Recorded, SourceDocument};
use crate::{store, usecase};

impl From<Recorded<SourceDocument>> for pb::SourceDocument {
    fn from(record: Recorded<SourceDocument>) -> Self {
        let name = record.name();
        let distinct_count = record.fact.distinct_count();
        let document = record.fact;
        Self {
            name,
            title: document.title.as_str().into(),
            published_on: document.published_on.to_string(),
            division: document.division.to_string(),
            lines: document.lines,
            joins: document.joins,
            paragraph_count: document.paragraph_count,
            distinct_count,
            paragraphs: document.paragraphs.into_iter().map(paragraph).collect(),
            text: document.text.as_ref().map(wire::person).unwrap_or_default(),
            create_time: wire::time(record.created_at),
        }
    }
}

fn paragraph(paragraph: Paragraph) -> pb::Paragraph {
    pb::Paragraph {
        id: paragraph.id,
        content_hash: paragraph.content_hash,
        occurrences: paragraph.occurrences.iter().map(span).collect(),
    }
}

fn span(span: &LineSpan) -> pb::LineSpan {
    let line = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    pb::LineSpan {
        first_line: line(span.first),
        last_line: line(span.last),
    }
}

pub(crate) async fn import(
    app: &App,
    request: Request<pb::ImportSourceDocumentRequest>,
) -> Result<Committed<pb::SourceDocument>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let mut form = Form::new("");
    let title = form.title(&request.title);
    let published_on = form.fuzzy("published_on", &request.published_on);
    let division = form.division(&request.division);
    let (title, (published_on, division)) = form.finish(title.zip(published_on.zip(division)))?;
    let document = SourceDocument::read(title, published_on, division, request.text)?;
    usecase::import_source_document(app, &call, document).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetSourceDocumentRequest>,
) -> Result<pb::SourceDocument, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let document = store::source_documents::get(&mut conn, id).await?;
    Ok(document.into())
}

pub(crate) async fn reveal(
    app: &App,
    request: Request<pb::RevealSourceDocumentRequest>,
) -> Result<Committed<pb::SourceDocument>, Fault> {
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().purpose)?;
    let id = name::parse("name", &request.get_ref().name)?;
    usecase::reveal_source_document(app, &call, id).await
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListSourceDocumentsRequest>,
) -> Result<pb::ListSourceDocumentsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let page = wire::page(app, request.page_size, &request.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::source_documents::list(&mut conn, &page).await?;
    let (mut source_documents, next_page_token) = wire::cut::<_, pb::SourceDocument>(&page, rows);
    for document in &mut source_documents {
        document.paragraphs.clear();
    }
    Ok(pb::ListSourceDocumentsResponse {
        source_documents,
        next_page_token,
    })
}

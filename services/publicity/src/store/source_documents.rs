//! Table `source_documents`. The text names people, so it is sealed; reading it is a function of its own.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Pii, Timestamp};
use jianyi_rpc::Page;
use sqlx::types::Json;

use super::only_one;
use crate::domain::source_text::Paragraph;
use crate::domain::{Recorded, SourceDocument, Title};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<SourceDocument>", version, title as "title: Title",
                      published_on as "published_on: FuzzyDate", content_hash, lines, joins, paragraph_count,
                      paragraphs as "paragraphs: Json<Vec<Paragraph>>", division as "division: Division",
                      created_at as "created_at: Timestamp"
               from source_documents "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: SourceDocument {
                title: row.title,
                published_on: row.published_on,
                division: row.division,
                text: None,
                // The length is checked by the table.
                content_hash: row.content_hash.try_into().unwrap_or_default(),
                lines: row.lines,
                joins: row.joins,
                paragraph_count: row.paragraph_count,
                paragraphs: row.paragraphs.0,
            },
        })
    };
}

fn place(id: Id<SourceDocument>) -> String {
    format!("source_documents/{id}/text")
}

/// Inserts a document.
///
/// # Errors
/// [`Fault::Exists`] when the same content was imported before.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Recorded<SourceDocument>,
    cipher: &FieldCipher,
) -> Result<(), Fault> {
    let fact = &new.fact;
    let text = fact
        .text
        .as_ref()
        .map_or("", |text| text.expose("seal").as_str());
    let kept = sqlx::query_scalar!(
        r#"insert into source_documents
               (id, title, published_on, content_hash, sealed_text, lines, joins, paragraph_count, distinct_count,
                paragraphs, division, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (content_hash) do update set version = source_documents.version
           returning id as "id: Id<SourceDocument>""#,
        new.id.as_uuid(),
        fact.title.as_str(),
        &fact.published_on as _,
        &fact.content_hash,
        cipher.seal(&place(new.id), text.as_bytes())?,
        fact.lines,
        fact.joins,
        fact.paragraph_count,
        fact.distinct_count(),
        Json(&fact.paragraphs) as _,
        fact.division.as_str(),
        new.created_at as _,
    )
    .fetch_one(conn)
    .await?;
    only_one(new.id, kept)
}

/// Reads a document without its text.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<SourceDocument>,
) -> Result<Recorded<SourceDocument>, Fault> {
    select!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Opens the text of a document, word for word.
///
/// # Errors
/// [`Fault::NotFound`] when there is none; [`Fault::Internal`] when it does not open.
pub(crate) async fn text(
    conn: &mut PgConnection,
    id: Id<SourceDocument>,
    cipher: &FieldCipher,
) -> Result<Pii<String>, Fault> {
    let sealed = sqlx::query_scalar!(
        "select sealed_text from source_documents where id = $1",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Fault::NotFound(id.name()))?;
    cipher.open_text(&place(id), &sealed).map(Pii::new)
}

/// One page.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
) -> Result<Vec<Recorded<SourceDocument>>, Fault> {
    Ok(select!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?)
}

//! Table `media_items`. Authors are people: sealed as one value per item.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Pii, Provenance, Timestamp};
use jianyi_rpc::Page;
use time::Date;

use super::{days, only_one, undecodable};
use crate::domain::media_item::{Author, AuthorRole, MediaKind};
use crate::domain::{MediaItem, Origin, Outlet, Recorded, Title};

macro_rules! select {
    ($cipher:expr, $tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<MediaItem>", version, title as "title: Title",
                      outlet as "outlet: Id<Outlet>", kind as "kind: MediaKind",
                      published_on as "published_on: FuzzyDate", page_or_channel, sealed_authors, link,
                      reprint_of as "reprint_of: Id<MediaItem>", counted, division as "division: Division",
                      sources, locations, created_at as "created_at: Timestamp"
               from media_items "# + $tail
            $(, $arg)*
        )
        .try_map(|row| Ok(Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: MediaItem {
                title: row.title,
                outlet: row.outlet,
                kind: row.kind,
                published_on: row.published_on,
                page_or_channel: row.page_or_channel,
                authors: open_authors($cipher, row.id, &row.sealed_authors).map_err(undecodable)?,
                link: row.link,
                reprint_of: row.reprint_of,
                counted: row.counted,
                origin: Origin { division: row.division, provenance: Provenance { sources: row.sources, locations: row.locations } },
            },
        }))
    };
}

/// Inserts a record.
///
/// # Errors
/// [`Fault::Exists`] when the fact is on record.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Recorded<MediaItem>,
    cipher: &FieldCipher,
) -> Result<(), Fault> {
    let fact = &new.fact;
    let (first_day, last_day) = days(&fact.published_on);
    let kept = sqlx::query_scalar!(
        r#"insert into media_items
               (id, outlet, title, title_key, kind, published_on, published_key, first_day,
                last_day, page_or_channel, sealed_authors, link, reprint_of, counted, division,
                sources, locations, created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
           on conflict (title_key, published_key, outlet) do update set version = media_items.version
           returning id as "id: Id<MediaItem>""#,
        new.id.as_uuid(),
        fact.outlet.as_uuid(),
        fact.title.as_str(),
        fact.title.key(),
        fact.kind as _,
        &fact.published_on as _,
        fact.published_on.canonical(),
        first_day,
        last_day,
        fact.page_or_channel,
        seal_authors(cipher, new.id, &fact.authors)?,
        fact.link,
        fact.reprint_of.map(Id::as_uuid),
        fact.counted,
        fact.origin.division.as_str(),
        &fact.origin.provenance.sources,
        &fact.origin.provenance.locations,
        new.created_at as _,
    )
    .fetch_one(conn)
    .await?;
    only_one(new.id, kept)
}

/// Reads a record.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<MediaItem>,
    cipher: &FieldCipher,
) -> Result<Recorded<MediaItem>, Fault> {
    select!(cipher, "where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One page of those that fit the filters.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
    cipher: &FieldCipher,
    filter: &Filter,
) -> Result<Vec<Recorded<MediaItem>>, Fault> {
    let (from, to) = filter.year.unzip();
    Ok(select!(
        cipher,
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2))
           and ($4::date is null or (first_day <= $5 and last_day >= $4))
           and ($6::uuid is null or outlet = $6) and (counted or not $7)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        from,
        to,
        filter.outlet.map(Id::as_uuid),
        filter.counted_only
    )
    .fetch_all(conn)
    .await?)
}

/// Which items are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    pub(crate) year: Option<(Date, Date)>,
    pub(crate) outlet: Option<Id<Outlet>>,
    pub(crate) counted_only: bool,
}

fn place(id: Id<MediaItem>) -> String {
    format!("media_items/{id}/authors")
}

fn seal_authors(
    cipher: &FieldCipher,
    id: Id<MediaItem>,
    authors: &[Author],
) -> Result<Vec<u8>, Fault> {
    let plain: Vec<(AuthorRole, &str)> = authors
        .iter()
        .map(|author| (author.role, author.full_name.expose("seal").as_str()))
        .collect();
    cipher.seal(
        &place(id),
        &serde_json::to_vec(&plain).map_err(Fault::internal)?,
    )
}

fn open_authors(
    cipher: &FieldCipher,
    id: Id<MediaItem>,
    sealed: &[u8],
) -> Result<Vec<Author>, Fault> {
    let plain: Vec<(AuthorRole, String)> =
        serde_json::from_slice(&cipher.open(&place(id), sealed)?).map_err(Fault::internal)?;
    Ok(plain
        .into_iter()
        .map(|(role, name)| Author {
            role,
            full_name: Pii::new(name),
        })
        .collect())
}

/// Makes sure that an item is on record.
///
/// # Errors
/// [`Fault::NotFound`] when it is not.
pub(crate) async fn require(conn: &mut PgConnection, id: Id<MediaItem>) -> Result<(), Fault> {
    sqlx::query_scalar!(
        "select version from media_items where id = $1",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(|_| ())
    .ok_or_else(|| Fault::NotFound(id.name()))
}

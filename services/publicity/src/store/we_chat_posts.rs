//! Table `we_chat_posts`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_rpc::Page;
use time::Date;

use super::{days, only_one};
use crate::domain::we_chat_post::WeChatCategory;
use crate::domain::{MediaItem, Origin, Recorded, Title, WeChatPost};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<WeChatPost>", version, title as "title: Title",
                      category as "category: WeChatCategory", published_on as "published_on: FuzzyDate",
                      reprint_of as "reprint_of: Id<MediaItem>", division as "division: Division", sources,
                      locations, created_at as "created_at: Timestamp"
               from we_chat_posts "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: WeChatPost {
                title: row.title,
                category: row.category,
                published_on: row.published_on,
                reprint_of: row.reprint_of,
                origin: Origin { division: row.division, provenance: Provenance { sources: row.sources, locations: row.locations } },
            },
        })
    };
}

/// Inserts a record.
///
/// # Errors
/// [`Fault::Exists`] when the fact is on record.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Recorded<WeChatPost>,
) -> Result<(), Fault> {
    let fact = &new.fact;
    let (first_day, last_day) = days(&fact.published_on);
    let kept = sqlx::query_scalar!(
        r#"insert into we_chat_posts
               (id, title, title_key, category, published_on, published_key, first_day, last_day,
                reprint_of, division, sources, locations, created_at)
           values
               ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict (title_key, published_key, division) do update set version = we_chat_posts.version
           returning id as "id: Id<WeChatPost>""#,
        new.id.as_uuid(),
        fact.title.as_str(),
        fact.title.key(),
        fact.category as _,
        &fact.published_on as _,
        fact.published_on.canonical(),
        first_day,
        last_day,
        fact.reprint_of.map(Id::as_uuid),
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
    id: Id<WeChatPost>,
) -> Result<Recorded<WeChatPost>, Fault> {
    select!("where id = $1", id.as_uuid())
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
    year: Option<(Date, Date)>,
) -> Result<Vec<Recorded<WeChatPost>>, Fault> {
    let (from, to) = year.unzip();
    Ok(select!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2))
           and ($4::date is null or (first_day <= $5 and last_day >= $4))
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        from,
        to
    )
    .fetch_all(conn)
    .await?)
}

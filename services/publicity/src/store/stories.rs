//! Table `stories`. Texts are about people: sealed.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, Id, Pii, Timestamp};
use jianyi_rpc::Page;

use super::undecodable;
use crate::domain::story::{StoryState, Subject};
use crate::domain::{Recorded, Story};

macro_rules! select {
    ($cipher:expr, $tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<Story>", version, hero, hero_version, state as "state: StoryState", sealed_text,
                      division as "division: Division", created_at as "created_at: Timestamp"
               from stories "# + $tail
            $(, $arg)*
        )
        .try_map(|row| {
            let text = row.sealed_text.map(|sealed| $cipher.open_text(&place(row.id), &sealed).map(Pii::new));
            Ok(Recorded {
                id: row.id,
                version: row.version,
                created_at: row.created_at,
                fact: Story {
                    about: row.hero.zip(row.hero_version).map(|(hero, version)| Subject { hero, version }),
                    state: row.state,
                    text: text.transpose().map_err(undecodable)?,
                    division: row.division,
                },
            })
        })
    };
}

fn place(id: Id<Story>) -> String {
    format!("stories/{id}/text")
}

/// Inserts a draft.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Recorded<Story>) -> Result<(), Fault> {
    let (hero, version) = new
        .fact
        .about
        .as_ref()
        .map(|about| (about.hero.as_str(), about.version))
        .unzip();
    sqlx::query!(
        "insert into stories (id, hero, hero_version, state, division, created_at) values ($1, $2, $3, $4, $5, $6)",
        new.id.as_uuid(),
        hero,
        version,
        new.fact.state as _,
        new.fact.division.as_str(),
        new.created_at as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a locked story.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn save(
    conn: &mut PgConnection,
    story: &Recorded<Story>,
    now: Timestamp,
    cipher: &FieldCipher,
) -> Result<(), Fault> {
    let (hero, version) = story
        .fact
        .about
        .as_ref()
        .map(|about| (about.hero.as_str(), about.version))
        .unzip();
    let text = story.fact.text.as_ref();
    let sealed = text
        .map(|text| cipher.seal(&place(story.id), text.expose("seal").as_bytes()))
        .transpose()?;
    sqlx::query!(
        "update stories set hero = $2, hero_version = $3, state = $4, sealed_text = $5, version = $6, updated_at = $7, division = $8
         where id = $1",
        story.id.as_uuid(),
        hero,
        version,
        story.fact.state as _,
        sealed,
        story.version,
        now as _,
        story.fact.division.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads a story.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: Id<Story>,
    cipher: &FieldCipher,
) -> Result<Recorded<Story>, Fault> {
    select!(cipher, "where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Reads a story and keeps others from changing it until the unit of work ends.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: Id<Story>,
    cipher: &FieldCipher,
) -> Result<Recorded<Story>, Fault> {
    select!(cipher, "where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Every story about a hero, locked.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn lock_about(
    conn: &mut PgConnection,
    hero: &str,
    cipher: &FieldCipher,
) -> Result<Vec<Recorded<Story>>, Fault> {
    Ok(
        select!(cipher, "where hero = $1 order by id for update", hero)
            .fetch_all(conn)
            .await?,
    )
}

/// One page.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
    cipher: &FieldCipher,
) -> Result<Vec<Recorded<Story>>, Fault> {
    Ok(select!(
        cipher,
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?)
}

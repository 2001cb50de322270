//! Table `silences`: up to which version of a hero events may not open a story.
//!
//! It outlives the story, so that an event which comes late cannot undo one that came early, and it
//! knows heroes by a keyed hash only.

use jianyi_db::Uow;
use jianyi_kernel::Fault;
use uuid::Uuid;

/// Silences a hero up to a version, or just asks with 0. Answers the version up to which the hero is
/// silent now. Events about one hero wait for each other here.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn raise(uow: &mut Uow, hero: &str, version: i64) -> Result<i64, Fault> {
    let id: Uuid = uow.clock().new_uuid();
    let hash = uow.cipher().blind_index("hero", hero)?;
    let now = uow.now();
    Ok(sqlx::query_scalar!(
        "insert into silences (id, hero_hash, version, created_at) values ($1, $2, $3, $4)
         on conflict (hero_hash) do update
             set version = greatest(silences.version, excluded.version), updated_at = excluded.created_at
         returning version",
        id,
        hash,
        version,
        now as _,
    )
    .fetch_one(uow.conn())
    .await?)
}

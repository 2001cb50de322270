//! Table `seal_releases`: how confidentiality ended.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use uuid::Uuid;

use crate::domain::consent::ConsentId;
use crate::domain::hero::{HeroId, Level};

/// What a release rests on.
#[derive(Debug)]
pub(crate) struct Grounds {
    pub(crate) level: Level,
    pub(crate) consent: Option<ConsentId>,
    /// Authority and number of its document.
    pub(crate) decision: Option<(String, String)>,
}

/// Notes a release.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    hero: HeroId,
    grounds: &Grounds,
    now: Timestamp,
) -> Result<(), Fault> {
    let (authority, document_no) = grounds
        .decision
        .as_ref()
        .map_or((None, None), |(a, d)| (Some(a.as_str()), Some(d.as_str())));
    sqlx::query!(
        "insert into seal_releases (id, created_at, hero_id, level, consent_id, authority, document_no)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        now as _,
        hero.as_uuid(),
        grounds.level as _,
        grounds.consent.map(ConsentId::as_uuid),
        authority,
        document_no
    )
    .execute(conn)
    .await?;
    Ok(())
}

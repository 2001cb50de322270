//! Table `campaign_phases`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Timestamp};
use jianyi_proto::name;
use jianyi_rpc::Page;
use uuid::Uuid;

use crate::domain::campaign::{CampaignId, CampaignPhase, PhaseId, PhaseKind};

macro_rules! phases {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            CampaignPhase,
            r#"select id as "id: PhaseId", version, created_at as "created_at: Timestamp",
                campaign_id as "campaign: CampaignId", division as "division: Division",
                kind as "kind: PhaseKind", held_on as "held_on: FuzzyDate", place, sources, locations
            from campaign_phases "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &CampaignPhase) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into campaign_phases (id, version, created_at, campaign_id, division, kind, held_on,
            held_on_key, place, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.campaign.as_uuid(),
        new.division.as_str(),
        new.kind as _,
        &new.held_on as _,
        new.held_on.canonical(),
        new.place,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &CampaignPhase,
) -> Result<PhaseId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: PhaseId" from campaign_phases
           where campaign_id = $1 and kind = $2 and held_on_key = $3"#,
        like.campaign.as_uuid(),
        like.kind as _,
        like.held_on.canonical(),
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row of a campaign.
pub(crate) async fn get(
    conn: &mut PgConnection,
    campaign: CampaignId,
    id: PhaseId,
) -> Result<CampaignPhase, Fault> {
    phases!(
        "where id = $1 and campaign_id = $2",
        id.as_uuid(),
        campaign.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Fault::NotFound(name::child(campaign, id)))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    campaign: Option<Uuid>,
    page: &Page,
) -> Result<Vec<CampaignPhase>, Fault> {
    let rows = phases!(
        "where ($1::uuid is null or campaign_id = $1)
           and ($2::timestamptz is null or (created_at, id) > ($2, $3)) order by created_at, id limit $4",
        campaign,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

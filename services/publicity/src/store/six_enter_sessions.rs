//! Table `six_enter_sessions`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_proto::name;
use jianyi_rpc::Page;

use crate::domain::six_enter::SixEnter;
use crate::domain::{Origin, Recorded, SixEnterCampaign, SixEnterSession};

macro_rules! select {
    ($tail:tt $(, $arg:expr)* $(,)?) => {
        sqlx::query!(
            r#"select id as "id: Id<SixEnterSession>", version, campaign as "campaign: Id<SixEnterCampaign>",
                      kind as "kind: SixEnter", held_on as "held_on: FuzzyDate", place,
                      division as "division: Division", sources, locations,
                      created_at as "created_at: Timestamp"
               from six_enter_sessions "# + $tail
            $(, $arg)*
        )
        .map(|row| Recorded {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            fact: SixEnterSession {
                campaign: row.campaign,
                kind: row.kind,
                held_on: row.held_on,
                place: row.place,
                origin: Origin {
                    division: row.division,
                    provenance: Provenance { sources: row.sources, locations: row.locations },
                },
            },
        })
    };
}

/// Inserts a session that was held within a period.
///
/// # Errors
/// [`Fault::Exists`] when the campaign has a session of this kind and date.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    new: &Recorded<SixEnterSession>,
    held_within: &FuzzyDate,
) -> Result<(), Fault> {
    let fact = &new.fact;
    let kept = sqlx::query_scalar!(
        r#"insert into six_enter_sessions
               (id, campaign, kind, held_on, held_key, place, division, sources, locations, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (campaign, kind, held_key) do update set version = six_enter_sessions.version
           returning id as "id: Id<SixEnterSession>""#,
        new.id.as_uuid(),
        fact.campaign.as_uuid(),
        fact.kind as _,
        &fact.held_on as _,
        held_within.canonical(),
        fact.place,
        fact.origin.division.as_str(),
        &fact.origin.provenance.sources,
        &fact.origin.provenance.locations,
        new.created_at as _,
    )
    .fetch_one(conn)
    .await?;
    if kept == new.id {
        Ok(())
    } else {
        Err(Fault::Exists(name::child(fact.campaign, kept)))
    }
}

/// Reads a session of a campaign.
///
/// # Errors
/// [`Fault::NotFound`] when the campaign has no such session.
pub(crate) async fn get(
    conn: &mut PgConnection,
    campaign: Id<SixEnterCampaign>,
    id: Id<SixEnterSession>,
) -> Result<Recorded<SixEnterSession>, Fault> {
    select!(
        "where campaign = $1 and id = $2",
        campaign.as_uuid(),
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Fault::NotFound(name::child(campaign, id)))
}

/// One page of a campaign's sessions, or of all.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub(crate) async fn list(
    conn: &mut PgConnection,
    page: &Page,
    campaign: Option<Id<SixEnterCampaign>>,
) -> Result<Vec<Recorded<SixEnterSession>>, Fault> {
    Ok(select!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::uuid is null or campaign = $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        campaign.map(Id::as_uuid)
    )
    .fetch_all(conn)
    .await?)
}

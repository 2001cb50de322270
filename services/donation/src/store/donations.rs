//! Table `donations`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Fen, Timestamp};
use jianyi_rpc::Page;
use time::Date;
use uuid::Uuid;

use crate::domain::campaign::CampaignId;
use crate::domain::donation::{Donation, DonationId, DonationState, LineKind};
use crate::domain::donor::DonorId;
use crate::domain::fund::FundId;
use crate::domain::posting::EntryId;

macro_rules! donations {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Donation,
            r#"select id as "id: DonationId", version, created_at as "created_at: Timestamp",
                division as "division: Division", donor_id as "donor: DonorId",
                campaign_id as "campaign: CampaignId", fund_id as "fund: FundId", amount_fen as "amount: Fen",
                line_kind as "line_kind: LineKind", received_on, settled_on, platform_order_no,
                state as "state: DonationState", entry_id as "entry: EntryId", sources, locations
            from donations "# + $tail
            $(, $arg)*
        )
    };
}

/// Adds a row; `false` when the order number is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Donation) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into donations (id, version, created_at, division, donor_id, campaign_id, fund_id, amount_fen,
            line_kind, received_on, settled_on, platform_order_no, state, entry_id, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.donor.as_uuid(),
        new.campaign.map(CampaignId::as_uuid),
        new.fund.as_uuid(),
        new.amount.get(),
        new.line_kind as _,
        new.received_on,
        new.settled_on,
        new.platform_order_no,
        new.state as _,
        new.entry.as_uuid(),
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the order number.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &Donation,
) -> Result<Donation, Fault> {
    let row = donations!(
        "where platform_order_no = $1 and campaign_id is not distinct from $2",
        like.platform_order_no,
        like.campaign.map(CampaignId::as_uuid)
    )
    .fetch_one(conn)
    .await?;
    Ok(row)
}

/// The gift behind an entry, if one is, locked until the transaction ends.
pub(crate) async fn lock_by_entry(
    conn: &mut PgConnection,
    entry: EntryId,
) -> Result<Option<Donation>, Fault> {
    Ok(
        donations!("where entry_id = $1 for update", entry.as_uuid())
            .fetch_optional(conn)
            .await?,
    )
}

/// Writes the state of a locked row.
pub(crate) async fn save(
    conn: &mut PgConnection,
    donation: &Donation,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update donations set state = $2, version = $3, updated_at = $4 where id = $1",
        donation.id.as_uuid(),
        donation.state as _,
        donation.version,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One row.
pub(crate) async fn get(conn: &mut PgConnection, id: DonationId) -> Result<Donation, Fault> {
    donations!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    campaign: Option<Uuid>,
    fund: Option<Uuid>,
    days: Option<(Date, Date)>,
    page: &Page,
) -> Result<Vec<Donation>, Fault> {
    let rows = donations!(
        "where ($1::uuid is null or campaign_id = $1) and ($2::uuid is null or fund_id = $2)
           and ($3::date is null or received_on between $3 and $4)
           and ($5::timestamptz is null or (created_at, id) > ($5, $6)) order by created_at, id limit $7",
        campaign,
        fund,
        days.map(|(from, _)| from),
        days.map(|(_, to)| to),
        page.after_time() as _,
        page.after_id(),
        page.limit()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

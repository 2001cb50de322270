//! What donations add up to, by kind of donor.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Fen};
use time::Date;
use uuid::Uuid;

use crate::domain::donation::KindTotal;
use crate::domain::donor::DonorKind;

/// Sums of what counts, of a campaign or of a span of days of giving.
pub(crate) async fn by_kind(
    conn: &mut PgConnection,
    campaign: Option<Uuid>,
    days: Option<(Date, Date)>,
) -> Result<Vec<KindTotal>, Fault> {
    let rows = sqlx::query_as!(
        KindTotal,
        r#"select donor.kind as "kind: DonorKind", sum(amount_fen)::bigint as "amount!: Fen",
            count(*) filter (where line_kind in ('public', 'offline')) as "gifts!"
           from donations join donors donor on donor.id = donor_id
           where state = 'received' and ($1::uuid is null or campaign_id = $1)
             and ($2::date is null or received_on between $2 and $3)
           group by donor.kind order by donor.kind"#,
        campaign,
        days.map(|(from, _)| from),
        days.map(|(_, to)| to),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

//! Roles taken in an emergency: store to wire.

use jianyi_kernel::Fault;
use jianyi_proto::api::v1::Role;
use jianyi_proto::convert::timestamp;
use jianyi_proto::oversight::v1 as pb;
use tonic::Request;

use crate::store::break_glass::{self, Entry};
use crate::usecase::App;

/// Those of a day, or all.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListBreakGlassRequest>,
) -> Result<pb::ListBreakGlassResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let date = request.into_inner().date;
    let on = (!date.is_empty())
        .then(|| jianyi_kernel::parse_day("date", &date))
        .transpose()?;
    let mut conn = app.db.read(&caller).await?;
    let entries = break_glass::list(&mut conn, on).await?;
    Ok(pb::ListBreakGlassResponse {
        entries: entries.into_iter().map(Entry::into).collect(),
    })
}

impl From<Entry> for pb::BreakGlassEntry {
    fn from(entry: Entry) -> Self {
        Self {
            grant: entry.grant,
            account: entry.account,
            role: Role::from_str_name(&entry.role)
                .unwrap_or(Role::Unspecified)
                .into(),
            division: entry.division,
            date: entry.business_date.to_string(),
            open_time: Some(timestamp(entry.opened_at)),
            until: Some(timestamp(entry.until)),
            close_time: entry.closed_at.map(timestamp),
            closed_by: entry.closed_by.unwrap_or_default(),
        }
    }
}

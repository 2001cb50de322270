//! Sets a rule for reports and schedules its first year.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::report::ReportRule;
use crate::store;
use crate::usecase::{App, schedule_reports};

/// Sets it, unless there is one for this recipient.
pub(crate) async fn set(
    app: &App,
    call: &Call,
    new: ReportRule,
) -> Result<Committed<pb::ReportRule>, Fault> {
    let mut uow = match app.db.begin::<pb::ReportRule>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::report_rules::insert(uow.conn(), &new).await? {
        let id = store::report_rules::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    schedule_reports::schedule_year(&mut uow, &new, new.from_year).await?;
    uow.commit(pb::ReportRule::from(&new)).await
}

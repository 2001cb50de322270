//! Schedules the reports of a year under a rule.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::report::{ReportObligation, ReportRule, ReportRuleId};
use crate::usecase::App;
use crate::{events, store};

/// Schedules what is not scheduled yet and answers with all four.
pub(crate) async fn schedule(
    app: &App,
    call: &Call,
    rule: ReportRuleId,
    year: i32,
) -> Result<Committed<pb::ScheduleReportsResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::ScheduleReportsResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let rule = store::report_rules::get(uow.conn(), rule).await?;
    let scheduled = schedule_year(&mut uow, &rule, year).await?;
    let today = uow.now().business_date();
    let report_obligations = scheduled.iter().map(|one| one.to_wire(today)).collect();
    uow.commit(pb::ScheduleReportsResponse { report_obligations })
        .await
}

/// The same within a unit of work that is under way.
pub(crate) async fn schedule_year(
    uow: &mut Uow,
    rule: &ReportRule,
    year: i32,
) -> Result<Vec<ReportObligation>, Fault> {
    let ids = [uow.new_id(), uow.new_id(), uow.new_id(), uow.new_id()];
    for obligation in rule.schedule(year, ids, uow.now())? {
        if store::report_obligations::insert(uow.conn(), &obligation).await? {
            uow.emit(events::report_scheduled(&obligation));
        }
    }
    store::report_obligations::of_year(uow.conn(), rule.id, year).await
}

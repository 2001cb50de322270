//! Records that a report was submitted.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;
use time::Date;

use crate::domain::report::{ReportObligation, ReportObligationId};
use crate::usecase::App;
use crate::{events, store};

/// Due becomes submitted, on the given day or today.
pub(crate) async fn submit(
    app: &App,
    call: &Call,
    id: ReportObligationId,
    on: Option<Date>,
    receipt_no: String,
) -> Result<Committed<pb::ReportObligation>, Fault> {
    let mut uow = match app.db.begin::<pb::ReportObligation>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let on = on.unwrap_or_else(|| now.business_date());
    let due = store::report_obligations::lock(uow.conn(), id).await?;
    let version = due.version.saturating_add(1);
    let submitted = ReportObligation {
        version,
        ..due.submit(on, receipt_no)?
    };
    store::report_obligations::save(uow.conn(), &submitted, now).await?;
    uow.emit(events::report_submitted(&submitted, on));
    uow.commit(submitted.to_wire(now.business_date())).await
}

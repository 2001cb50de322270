//! Pays what was reserved: fund, journal entry and reservation in one unit of work.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Pii};
use jianyi_proto::donation::v1 as pb;
use time::Date;

use crate::domain::posting::{self, Template, Voucher};
use crate::domain::reservation::{Reservation, ReservationId};
use crate::store;
use crate::usecase::App;

/// Reserved becomes paid, by somebody else than who reserved.
pub(crate) async fn pay(
    app: &App,
    call: &Call,
    id: ReservationId,
    on: Date,
    note: Pii<String>,
) -> Result<Committed<pb::Reservation>, Fault> {
    let mut uow = match app.db.begin::<pb::Reservation>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher, by) = (uow.now(), uow.cipher().clone(), call.caller.subject.clone());
    let reservation = store::reservations::lock(uow.conn(), &cipher, id).await?;
    let fund_id = reservation.open_fund()?;
    let fund = store::funds::lock(uow.conn(), fund_id).await?;
    let fund = fund
        .ok_or_else(|| Fault::NotFound(fund_id.name()))?
        .pay(reservation.amount, on)?;
    let (version, entry_id) = (reservation.version.saturating_add(1), uow.new_id());
    let paid = Reservation {
        version,
        ..reservation.pay(&by, on, note, entry_id)?
    };
    store::reservations::save(uow.conn(), &cipher, &paid, now).await?;
    store::funds::save(uow.conn(), &fund, now).await?;

    let chart = store::charts::valid_on(uow.conn(), on).await?;
    let entry = posting::programme_expense(&chart, &fund, paid.amount, on)?;
    let voucher = Voucher {
        id: entry_id,
        created_at: now,
        created_by: by,
        division: fund.division.county(),
        template: Template::ProgrammeExpense,
        reference: String::new(),
        reverses: None,
        entry,
    };
    store::journal_entries::book(uow.conn(), voucher).await?;
    uow.commit(pb::Reservation::from(&paid)).await
}

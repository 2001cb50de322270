//! Gives reserved money back to its fund.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::reservation::{Reservation, ReservationId};
use crate::usecase::App;
use crate::{events, store};

/// Reserved becomes released.
pub(crate) async fn release(
    app: &App,
    call: &Call,
    id: ReservationId,
) -> Result<Committed<pb::Reservation>, Fault> {
    let mut uow = match app.db.begin::<pb::Reservation>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let reservation = store::reservations::lock(uow.conn(), &cipher, id).await?;
    let fund_id = reservation.open_fund()?;
    let fund = store::funds::lock(uow.conn(), fund_id).await?;
    let fund = fund
        .ok_or_else(|| Fault::NotFound(fund_id.name()))?
        .release(reservation.amount)?;
    let version = reservation.version.saturating_add(1);
    let released = Reservation {
        version,
        ..reservation.release()?
    };
    store::reservations::save(uow.conn(), &cipher, &released, now).await?;
    store::funds::save(uow.conn(), &fund, now).await?;
    uow.emit(events::expense_released(&released, now));
    uow.commit(pb::Reservation::from(&released)).await
}

//! Records a study tour, a visit or a survey.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Exchange, Recorded};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_exchange(
    app: &App,
    call: &Call,
    exchange: Exchange,
) -> Result<Committed<pb::Exchange>, Fault> {
    let mut uow = match app.db.begin::<pb::Exchange>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let exchange = Recorded::new(uow.new_id(), uow.now(), exchange);
    let cipher = uow.cipher().clone();
    store::exchanges::insert(uow.conn(), &exchange, &cipher).await?;
    uow.emit(events::exchange_held(&exchange));
    uow.commit(exchange.into()).await
}

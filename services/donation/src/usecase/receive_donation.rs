//! Money arrives: gift, fund and journal entry in one unit of work.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::donation::Donation;
use crate::domain::posting::{self, Voucher};
use crate::usecase::App;
use crate::{events, store};

/// Books it. The fund's row is locked before anything is written, and the voucher's counter last: every
/// command takes its locks in this order, so none waits for another in a circle.
pub(crate) async fn receive(
    app: &App,
    call: &Call,
    new: Donation,
) -> Result<Committed<pb::Donation>, Fault> {
    let mut uow = match app.db.begin::<pb::Donation>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let donor = store::donors::get(uow.conn(), &cipher, new.donor).await?;
    if let Some(campaign) = new.campaign {
        store::campaigns::get(uow.conn(), campaign)
            .await?
            .admit(new.line_kind, new.received_on)?;
    }
    let fund = store::funds::lock(uow.conn(), new.fund).await?;
    let fund = fund.ok_or_else(|| Fault::NotFound(new.fund.name()))?;
    if !store::donations::insert(uow.conn(), &new).await? {
        let known = store::donations::find_natural(uow.conn(), &new).await?;
        known.recognise(&new)?;
        return Err(Fault::Exists(known.id.name()));
    }
    let fund = fund.receive(new.amount)?;
    store::funds::save(uow.conn(), &fund, now).await?;

    let chart = store::charts::valid_on(uow.conn(), new.settled_on).await?;
    let (template, entry) = posting::gift(&chart, &fund, new.amount, new.settled_on)?;
    let voucher = Voucher {
        id: new.entry,
        created_at: now,
        created_by: call.caller.subject.clone(),
        division: fund.division.county(),
        template,
        reference: String::new(),
        reverses: None,
        entry,
    };
    store::journal_entries::book(uow.conn(), voucher).await?;
    uow.emit(events::donation_received(&new, donor.kind));
    uow.commit(pb::Donation::from(&new)).await
}

//! Takes an entry back, and with it the gift or the payment behind it.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;
use time::Date;

use crate::domain::donation::Donation;
use crate::domain::fund::{Fund, FundId};
use crate::domain::posting::{EntryId, Template, Voucher};
use crate::domain::reservation::Reservation;
use crate::usecase::App;
use crate::{events, store};

/// Books the reversal and answers with it.
pub(crate) async fn reverse(
    app: &App,
    call: &Call,
    id: EntryId,
    on: Date,
) -> Result<Committed<pb::JournalEntry>, Fault> {
    let mut uow = match app.db.begin::<pb::JournalEntry>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let booked = store::journal_entries::get(uow.conn(), id).await?;
    let chart = store::charts::valid_on(uow.conn(), on).await?;
    let by = call.caller.subject.clone();
    let entry = booked.reverse(&by, on, &chart)?;
    let cipher = uow.cipher().clone();
    if let Some(donation) = store::donations::lock_by_entry(uow.conn(), id).await? {
        take_back_gift(&mut uow, donation, on).await?;
    }
    if let Some(payment) = store::reservations::lock_by_entry(uow.conn(), &cipher, id).await? {
        take_back_payment(&mut uow, payment).await?;
    }
    let voucher = Voucher {
        id: uow.new_id(),
        created_at: uow.now(),
        created_by: by,
        division: booked.voucher.division,
        template: Template::Reversal,
        reference: booked.voucher.reference,
        reverses: Some(id),
        entry,
    };
    let reversal = store::journal_entries::book(uow.conn(), voucher).await?;
    uow.commit(pb::JournalEntry::from(&reversal)).await
}

async fn take_back_gift(uow: &mut Uow, donation: Donation, on: Date) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let donor = store::donors::get(uow.conn(), &cipher, donation.donor).await?;
    let version = donation.version.saturating_add(1);
    let donation = Donation {
        version,
        ..donation.reverse()?
    };
    let fund = lock_fund(uow, donation.fund)
        .await?
        .give_back(donation.amount)?;
    store::donations::save(uow.conn(), &donation, now).await?;
    store::funds::save(uow.conn(), &fund, now).await?;
    uow.emit(events::donation_reversed(&donation, donor.kind, on));
    Ok(())
}

async fn take_back_payment(uow: &mut Uow, payment: Reservation) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let version = payment.version.saturating_add(1);
    let payment = Reservation {
        version,
        ..payment.unpay()?
    };
    let fund = lock_fund(uow, payment.open_fund()?)
        .await?
        .unpay(payment.amount)?;
    store::reservations::save(uow.conn(), &cipher, &payment, now).await?;
    store::funds::save(uow.conn(), &fund, now).await
}

async fn lock_fund(uow: &mut Uow, id: FundId) -> Result<Fund, Fault> {
    store::funds::lock(uow.conn(), id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

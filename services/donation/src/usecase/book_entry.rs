//! Books an entry by hand, for what no command books by itself.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Division, Fault, Fen};
use jianyi_proto::donation::v1 as pb;
use time::Date;

use crate::domain::ledger::Error;
use crate::domain::ledger::entry::{JournalEntry, Line, Side};
use crate::domain::posting::{Template, Voucher};
use crate::store;
use crate::usecase::App;

/// An entry as somebody wrote it down.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) division: Division,
    pub(crate) booked_on: Date,
    pub(crate) reference: String,
    pub(crate) lines: Vec<(String, Side, Fen)>,
}

/// Books it when it balances on the chart of its day.
pub(crate) async fn book(
    app: &App,
    call: &Call,
    draft: Draft,
) -> Result<Committed<pb::JournalEntry>, Fault> {
    let mut uow = match app.db.begin::<pb::JournalEntry>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let chart = store::charts::valid_on(uow.conn(), draft.booked_on).await?;
    let lines = draft.lines.into_iter().map(|(code, side, amount)| {
        // Lines by hand concern no fund: a fund's balance moves with gifts and payments only.
        Line::new(chart.account(&code)?, side, amount, None)
    });
    let entry = JournalEntry::balance(
        draft.booked_on,
        &chart,
        lines.collect::<Result<_, Error>>()?,
    )?;
    let voucher = Voucher {
        id: uow.new_id(),
        created_at: uow.now(),
        created_by: call.caller.subject.clone(),
        division: draft.division.county(),
        template: Template::Manual,
        reference: draft.reference,
        reverses: None,
        entry,
    };
    let booked = store::journal_entries::book(uow.conn(), voucher).await?;
    uow.commit(pb::JournalEntry::from(&booked)).await
}

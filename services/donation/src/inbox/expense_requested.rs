//! Care asks for money: reserved or refused in one unit of work, once per request whatever is delivered.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::{Division, Fault, Fen, FuzzyDate, Violation, Violations};
use jianyi_proto::care::events::v1::ExpenseRequested;
use jianyi_proto::name;

use crate::domain::fund::Funds;
use crate::domain::reservation::{Asked, decide};
use crate::{events, store};

/// Decides on the request. The fund's row is locked first, so of two requests that together exceed it
/// the second sees what the first left.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<ExpenseRequested>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        let asked = read(&received.event, &received.division)?;
        let fund = match name::parse::<Funds>("fund", &asked.fund) {
            Ok(id) => store::funds::lock(uow.conn(), id).await?,
            // Care asked for something that is no fund of ours: its answer is a refusal, not a dead letter.
            Err(_) => None,
        };
        let by = uow.call().caller.subject.clone();
        let (reservation, fund) = decide(asked, fund, uow.new_id(), &by, uow.now());
        if !store::reservations::insert(uow.conn(), &reservation).await? {
            return Ok(());
        }
        if let Some(fund) = fund {
            let now = uow.now();
            store::funds::save(uow.conn(), &fund, now).await?;
        }
        uow.emit(events::expense_decided(&reservation));
        Ok(())
    })
}

fn read(event: &ExpenseRequested, division: &Division) -> Result<Asked, Fault> {
    let mut violations = Violations::new();
    if event.request.is_empty() {
        violations.push(Violation::required("request"));
    }
    let amount = violations.take(Fen::positive("amount_fen", event.amount_fen));
    let on = event
        .fact
        .as_ref()
        .map(|fact| fact.on.as_str())
        .unwrap_or_default();
    let on = violations.take(FuzzyDate::parse("fact.on", on));
    let asked = amount.zip(on).map(|(amount, on)| Asked {
        request: event.request.clone(),
        activity: event.activity.clone(),
        fund: event.fund.clone(),
        amount,
        division: division.clone(),
        days: on.span(),
    });
    violations.finish_with(asked)
}

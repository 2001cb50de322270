//! A role was taken in an emergency.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::identity::events::v1::BreakGlassOpened;

use super::instant;
use crate::store::break_glass::{self, Entry};

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<BreakGlassOpened>,
) -> HandlerFuture<'a> {
    let event = &received.event;
    Box::pin(async move {
        let opened_at = instant(event.open_time)?;
        let entry = Entry {
            grant: event.grant.clone(),
            account: event.account.clone(),
            role: event.role().as_str_name().into(),
            division: event.division.clone(),
            business_date: opened_at.business_date(),
            opened_at,
            until: instant(event.until)?,
            closed_at: None,
            closed_by: None,
        };
        break_glass::insert(uow.conn(), &entry).await
    })
}

//! A hero is no longer one: every open grant ends the same day.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Violation;
use jianyi_proto::member::events::v1::{HeroEnd as Wire, HeroEnded};

use super::End;
use crate::domain::hero::HeroEnd;

/// Handles the event.
pub(crate) fn handle<'a>(uow: &'a mut Uow, received: &'a Received<HeroEnded>) -> HandlerFuture<'a> {
    Box::pin(async move {
        let event = &received.event;
        let reason = match event.reason() {
            Wire::Revoked => HeroEnd::Revoked,
            Wire::Deceased => HeroEnd::Deceased,
            Wire::Unspecified => return Err(Violation::required("reason").into()),
        };
        // Without a date it takes effect on the day it was recorded.
        let on = super::first_day(event.fact.as_ref())?
            .unwrap_or_else(|| received.occurred_at.business_date());
        let hero = super::hero(uow, &event.hero).await?;
        super::end(
            uow,
            hero,
            End {
                on,
                reason,
                sealed: false,
                version: received.version,
            },
        )
        .await
    })
}

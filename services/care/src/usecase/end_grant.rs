//! Ends a grant for a reason of its own: the card was lost, the child has graduated.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::care::v1 as pb;
use time::Date;

use super::{App, must_match};
use crate::convert::grant::reply;
use crate::domain::grant::Grant;
use crate::domain::id::GrantId;
use crate::{events, store};

/// When and why a grant ends.
#[derive(Debug)]
pub(crate) struct End {
    /// First day on which it is no longer in force; today if not said.
    pub(crate) on: Option<Date>,
    /// A code.
    pub(crate) reason: String,
    /// The version meant.
    pub(crate) etag: String,
}

/// Ends the grant.
pub(crate) async fn end_grant(
    app: &App,
    call: &Call,
    id: GrantId,
    end: End,
) -> Result<Committed<pb::EntitlementGrant>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let not_found = || Fault::NotFound(id.name());
    // Hero before grant: the order in which a hero's end takes its locks.
    let of = store::grants::find(uow.conn(), id)
        .await?
        .ok_or_else(not_found)?
        .hero;
    let hero = store::heroes::lock(uow.conn(), &of)
        .await?
        .ok_or_else(not_found)?;
    let grant = store::grants::lock(uow.conn(), id)
        .await?
        .ok_or_else(not_found)?;
    must_match(&end.etag, grant.version, &id.name())?;
    let now = uow.now();
    let grant: Grant = grant.end(end.on.unwrap_or_else(|| now.business_date()), &end.reason)?;
    store::grants::save(uow.conn(), &grant, now).await?;
    events::entitlement_ended(&grant, &hero)
        .into_iter()
        .for_each(|event| uow.emit(event));
    let reply = reply(&grant, uow.cipher())?;
    uow.commit(reply).await
}

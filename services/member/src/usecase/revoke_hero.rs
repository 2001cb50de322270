//! Records that the original grantor withdrew the title: entitlements end the same day.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Pii};
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{App, Target, fence};
use crate::domain::hero::HeroKey;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<HeroKey>,
    revocation: Revocation,
) -> Result<Committed<pb::Hero>, Fault> {
    let mut uow = match app.db.begin::<pb::Hero>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    fence::behind(app, &mut uow, target.id).await?;
    let hero = store::heroes::lock(uow.conn(), &cipher, target.id).await?;
    let hero = target.check(app, hero, |hero| hero.record().version)?;
    let now = uow.now();
    let (hero, fact) = hero.revoke(
        revocation.decided_on,
        revocation.document_no,
        revocation.reason,
        now.business_date(),
    )?;
    store::heroes::save(uow.conn(), &cipher, &hero, now).await?;
    uow.emit(events::hero(&app.county, &hero, &fact));
    uow.commit(app.named(&hero).into()).await
}

/// The decision that withdraws the title.
#[derive(Debug)]
pub(crate) struct Revocation {
    pub(crate) decided_on: Date,
    pub(crate) document_no: String,
    pub(crate) reason: Pii<String>,
}

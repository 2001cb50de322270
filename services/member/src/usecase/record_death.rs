//! Records that a hero died: no longer current, while care for the family may go on.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, FuzzyDate};
use jianyi_proto::member::v1 as pb;

use super::{App, Target, fence};
use crate::domain::hero::HeroKey;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<HeroKey>,
    died_on: FuzzyDate,
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
    let (hero, fact) = hero.die(died_on, now.business_date())?;
    store::heroes::save(uow.conn(), &cipher, &hero, now).await?;
    uow.emit(events::hero(&app.county, &hero, &fact));
    uow.commit(app.named(&hero).into()).await
}

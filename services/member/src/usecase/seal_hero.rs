//! Puts a hero under confidentiality, at once and for everything not yet published, and the person behind with
//! them; or raises the level.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, Target, fence, veil};
use crate::domain::hero::{HeroKey, Seal};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<HeroKey>,
    seal: Seal,
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
    let (hero, fact) = hero.seal(seal.clone())?;
    store::heroes::save(uow.conn(), &cipher, &hero, now).await?;
    if let Some(fact) = fact {
        uow.emit(events::hero(&app.county, &hero, &fact));
    }
    let person = hero.record().decision.person;
    veil::draw(app, &mut uow, person, &seal).await?;
    uow.commit(app.named(&hero).into()).await
}

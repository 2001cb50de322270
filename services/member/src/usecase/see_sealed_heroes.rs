//! Looks at heroes under confidentiality; that somebody looked is recorded.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;

use super::{App, fence};
use crate::domain::hero::{Hero, HeroId};
use crate::store::heroes::Filter;
use crate::store::{self, Window};

/// One of them.
pub(crate) async fn one(app: &App, call: &Call, id: HeroId) -> Result<Committed<pb::Hero>, Fault> {
    let mut uow = match app.db.begin::<pb::Hero>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let caller = uow.call().caller.clone();
    fence::admit_read(uow.conn(), &caller, id.as_uuid(), &app.name(id)).await?;
    let found = store::heroes::get(uow.conn(), &cipher, id).await?;
    let hero = found
        .filter(|hero| hero.sealed().is_some())
        .ok_or_else(|| Fault::NotFound(app.name(id)))?;
    uow.commit(app.named(&hero).into()).await
}

/// A page of them.
pub(crate) async fn page(
    app: &App,
    call: &Call,
    page: &Page,
    window: Window,
) -> Result<Committed<pb::ListHeroesResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::ListHeroesResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let filter = Filter {
        standing: None,
        person: None,
        veteran: None,
        sealed: Some(true),
    };
    let rows = store::heroes::list(uow.conn(), &cipher, &filter, window).await?;
    let key = |hero: &Hero| (hero.record().created_at, hero.record().id.as_uuid());
    let (rows, next_page_token) = page.cut(rows, key);
    let heroes = rows.iter().map(|hero| app.named(hero).into()).collect();
    uow.commit(pb::ListHeroesResponse {
        heroes,
        next_page_token,
        unreachable: Vec::new(),
    })
    .await
}

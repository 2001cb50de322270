//! Handlers of heroes. A sealed hero exists only for the methods whose policy says so.

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{consent, day, hero, known_date, optional_reference, personal_text, window};
use super::guard;
use crate::domain::hero::{Hero, HeroId};
use crate::store::heroes::Filter;
use crate::usecase::release_seal::Brought;
use crate::usecase::{
    App, create_hero, fence, record_death, release_seal, reveal, revoke_hero, seal_hero,
    see_sealed_heroes,
};
use crate::{codes, store};

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateHeroRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    guard::write_parent(app, &request.parent)?;
    let (decision, seal) = hero::decision(&app.county, request.hero)?;
    Ok(create_hero::run(app, &call, decision, seal)
        .await?
        .into_reply())
}

pub(crate) async fn revoke(
    app: &App,
    request: Request<pb::RevokeHeroRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let decided_on = day(v, "decided_on", &request.decided_on);
    let document_no = v.text("document_no", &request.document_no, hero::DOCUMENT_LENGTH);
    let reason = personal_text(v, "reason", &request.reason, 500);
    let revocation = (|| {
        Some(revoke_hero::Revocation {
            decided_on: decided_on?,
            document_no: document_no?,
            reason: reason?,
        })
    })();
    let revocation = violations.finish_with(revocation)?;
    Ok(revoke_hero::run(app, &call, target, revocation)
        .await?
        .into_reply())
}

pub(crate) async fn record_death(
    app: &App,
    request: Request<pb::RecordDeathRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let died_on = known_date(&mut violations, "died_on", &request.died_on);
    let died_on = violations.finish_with(died_on)?;
    Ok(record_death::run(app, &call, target, died_on)
        .await?
        .into_reply())
}

pub(crate) async fn seal(
    app: &App,
    request: Request<pb::SealHeroRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let seal = hero::seal(&mut violations, "level", request.level, &request.ground);
    let seal = violations.finish_with(seal)?;
    Ok(seal_hero::run(app, &call, target, seal).await?.into_reply())
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetHeroRequest>,
) -> Result<pb::Hero, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id: HeroId = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
    fence::admit_read(&mut conn, &caller, id.as_uuid(), &request.name).await?;
    let found = store::heroes::get(&mut conn, app.db.cipher(), id).await?;
    found
        .map(|hero| app.named(&hero).into())
        .ok_or(Fault::NotFound(request.name))
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListHeroesRequest>,
) -> Result<pb::ListHeroesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let filter = Filter {
        standing: codes::read(v, "status", request.status),
        person: optional_reference(v, &app.county, "person", &request.person),
        veteran: request.veteran,
        sealed: Some(false),
    };
    violations.finish()?;
    let filters = format!(
        "{}|{}|{:?}",
        request.status, request.person, request.veteran
    );
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::heroes::list(&mut conn, app.db.cipher(), &filter, window(&page)).await?;
    let key = |hero: &Hero| (hero.record().created_at, hero.record().id.as_uuid());
    let (rows, next_page_token) = page.cut(rows, key);
    let heroes = rows.iter().map(|hero| app.named(hero).into()).collect();
    Ok(pb::ListHeroesResponse {
        heroes,
        next_page_token,
        unreachable: Vec::new(),
    })
}

pub(crate) async fn get_sealed(
    app: &App,
    request: Request<pb::GetHeroRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let id = guard::read_name(app, &request.get_ref().name)?;
    Ok(see_sealed_heroes::one(app, &call, id).await?.into_reply())
}

pub(crate) async fn list_sealed(
    app: &App,
    request: Request<pb::ListSealedHeroesRequest>,
) -> Result<pb::ListHeroesResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        "sealed",
        app.db.cipher().token_key(),
    )?;
    let seen = see_sealed_heroes::page(app, &call, &page, window(&page)).await?;
    Ok(seen.into_reply())
}

pub(crate) async fn reveal(
    app: &App,
    request: Request<pb::RevealHeroRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().purpose)?;
    let id = guard::read_name(app, &request.get_ref().name)?;
    Ok(reveal::hero(app, &call, id).await?.into_reply())
}

pub(crate) async fn release(
    app: &App,
    request: Request<pb::ReleaseSealRequest>,
) -> Result<pb::Hero, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let target = guard::write_target(app, &request.name, request.etag)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let brought = match &request.consent {
        Some(paper) => consent::of_release(v, &app.county, paper)
            .map(|(paper, person)| Brought::Paper(paper, person)),
        None => {
            let authority = v.text("authority", &request.authority, 100);
            let document_no = v.text("document_no", &request.document_no, hero::DOCUMENT_LENGTH);
            (|| {
                Some(Brought::Decision {
                    authority: authority?,
                    document_no: document_no?,
                })
            })()
        }
    };
    let brought = violations.finish_with(brought)?;
    Ok(release_seal::run(app, &call, target, brought)
        .await?
        .into_reply())
}

pub(crate) async fn standing(
    app: &App,
    request: Request<pb::GetHeroStandingRequest>,
) -> Result<pb::HeroStanding, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id: HeroId = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
    fence::admit_read(&mut conn, &caller, id.as_uuid(), &request.name).await?;
    let found = store::heroes::standing(&mut conn, id).await?;
    let (version, current) = found.ok_or_else(|| Fault::NotFound(request.name.clone()))?;
    Ok(pb::HeroStanding {
        hero: request.name,
        current,
        etag: version.to_string(),
    })
}

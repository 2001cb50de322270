//! Handlers of heroes. A sealed hero does not exist for anybody who may not see it, or does not ask to.

use jianyi_kernel::{Caller, Fault, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;
use tonic::Request;

use super::convert::{day, hero, known_date, optional_reference, personal_text, window};
use super::guard;
use crate::domain::hero::Hero;
use crate::store::heroes::Filter;
use crate::usecase::{App, create_hero, record_death, revoke_hero, seal_hero};
use crate::{codes, store};

/// Roles that may see sealed heroes, and why a title was revoked.
const CONFIDANTS: [&str; 2] = ["ROLE_MEMBER_AFFAIRS", "ROLE_OPERATOR"];

fn is_confidant(app: &App, caller: &Caller) -> bool {
    caller.holds(&CONFIDANTS.map(String::from), app.county.division())
}

fn shown(app: &App, hero: &Hero, to_confidant: bool) -> pb::Hero {
    let mut wire = pb::Hero::from(app.named(hero));
    if !to_confidant {
        wire.revocation_reason.clear();
    }
    wire
}

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
    let confidant = is_confidant(app, &jianyi_rpc::caller(&request)?);
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let include_sealed = confidant && request.include_sealed;
    let mut conn = app.db.read(&caller).await?;
    let found = store::heroes::get(&mut conn, app.db.cipher(), id, include_sealed).await?;
    found
        .map(|hero| shown(app, &hero, confidant))
        .ok_or(Fault::NotFound(request.name))
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListHeroesRequest>,
) -> Result<pb::ListHeroesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let confidant = is_confidant(app, &jianyi_rpc::caller(&request)?);
    let request = request.into_inner();
    guard::read_parent(app, &request.parent)?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let filter = Filter {
        standing: codes::read(v, "status", request.status),
        person: optional_reference(v, &app.county, "person", &request.person),
        veteran: request.veteran,
        include_sealed: confidant && request.include_sealed,
    };
    violations.finish()?;
    // A token made with the right to see sealed heroes is no good without it.
    let filters = format!(
        "{}|{}|{:?}|{}",
        request.status, request.person, request.veteran, filter.include_sealed
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
    let heroes = rows
        .iter()
        .map(|hero| shown(app, hero, confidant))
        .collect();
    Ok(pb::ListHeroesResponse {
        heroes,
        next_page_token,
        unreachable: Vec::new(),
    })
}

pub(crate) async fn standing(
    app: &App,
    request: Request<pb::GetHeroStandingRequest>,
) -> Result<pb::HeroStanding, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = guard::read_name(app, &request.name)?;
    let mut conn = app.db.read(&caller).await?;
    let found = store::heroes::standing(&mut conn, id).await?;
    let (version, current) = found.ok_or_else(|| Fault::NotFound(request.name.clone()))?;
    Ok(pb::HeroStanding {
        hero: request.name,
        current,
        etag: version.to_string(),
    })
}

//! Festivals, condolence rounds and their coverage.

use jianyi_db::{Committed, PgConnection};
use jianyi_kernel::{Fault, Violation};
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::OnTheWire as _;
use crate::convert::festival_round::{coverage_reply, parse};
use crate::domain::festival_round::{Coverage, Error, Festival, Round};
use crate::domain::hero::Hero;
use crate::domain::id::{RoundId, RoundKind};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn day(
    app: &App,
    request: Request<pb::GetFestivalDayRequest>,
) -> Result<pb::FestivalDay, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let festival =
        Festival::from_wire(request.festival()).ok_or_else(|| Violation::required("festival"))?;
    let day =
        store::lunar_festivals::day(&mut *app.db.read(&caller).await?, festival, request.year)
            .await?
            .ok_or(Error::YearUnknown { year: request.year })?;
    Ok(pb::FestivalDay {
        festival: request.festival,
        year: request.year,
        day: day.to_string(),
    })
}

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateFestivalRoundRequest>,
) -> Result<Committed<pb::FestivalRound>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().festival_round, app.db.clock())?;
    usecase::open_round::open_round(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetFestivalRoundRequest>,
) -> Result<pb::FestivalRound, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<RoundKind>("name", &request.get_ref().name)?;
    let found = store::festival_rounds::find(&mut *app.db.read(&caller).await?, id).await?;
    found
        .as_ref()
        .map(pb::FestivalRound::from)
        .ok_or_else(|| Fault::NotFound(id.name()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListFestivalRoundsRequest>,
) -> Result<pb::ListFestivalRoundsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let filters = format!("rounds year={}", request.year);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let rows = store::festival_rounds::list(&mut *app.db.read(&caller).await?, request.year, &page)
        .await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListFestivalRoundsResponse {
        festival_rounds: rows.iter().map(pb::FestivalRound::from).collect(),
        next_page_token,
    })
}

pub(super) async fn coverage(
    app: &App,
    request: Request<pb::GetRoundCoverageRequest>,
) -> Result<pb::RoundCoverage, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<RoundKind>("name", &request.get_ref().name)?;
    let (round, coverage) = reached(&mut *app.db.read(&caller).await?, id).await?;
    Ok(coverage_reply(&round, &coverage))
}

pub(super) async fn uncovered(
    app: &App,
    request: Request<pb::ListUncoveredHeroesRequest>,
) -> Result<pb::ListUncoveredHeroesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let id = name::parse::<RoundKind>("parent", &request.parent)?;
    let filters = format!("uncovered by {id}");
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let (_, coverage) = reached(&mut *app.db.read(&caller).await?, id).await?;
    let position = |hero: &Hero| (hero.created_at, hero.id.as_uuid());
    let after = page.after_time().zip(page.after_id());
    let mut left = coverage.gap;
    left.sort_by_key(position);
    let left = left
        .into_iter()
        .filter(|hero| after.is_none_or(|after| position(hero) > after))
        .take(usize::try_from(page.limit()).unwrap_or(usize::MAX))
        .collect();
    let (left, next_page_token) = page.cut(left, position);
    Ok(pb::ListUncoveredHeroesResponse {
        heroes: left.into_iter().map(|hero| hero.hero).collect(),
        next_page_token,
    })
}

/// A round and how far it reached those heroes who exist for this call.
async fn reached(conn: &mut PgConnection, id: RoundId) -> Result<(Round, Coverage), Fault> {
    let round = store::festival_rounds::find(&mut *conn, id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    let reached = store::heroes::reached(conn, id).await?;
    let coverage = Coverage::of(&round, reached);
    Ok((round, coverage))
}

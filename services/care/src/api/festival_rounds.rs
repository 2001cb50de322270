//! Festivals, condolence rounds and their coverage.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Violation};
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::OnTheWire as _;
use crate::convert::festival_round::{coverage_reply, parse};
use crate::domain::festival_round::{Coverage, Error, Festival};
use crate::domain::id::RoundKind;
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
    let mut conn = app.db.read(&caller).await?;
    let round = store::festival_rounds::find(&mut conn, id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    let by_name = caller.holds(
        &["ROLE_CARE".into(), "ROLE_OPERATOR".into()],
        &round.division,
    );
    let mut reached = store::heroes::reached(&mut conn, id).await?;
    // For everybody else sealed heroes are in no number: compared with the heroes that are listed, one
    // more would show that there is somebody to look for.
    reached.retain(|reached| by_name || !reached.hero.sealed);
    let coverage = Coverage::of(&round, reached);
    Ok(coverage_reply(&round, coverage, by_name))
}

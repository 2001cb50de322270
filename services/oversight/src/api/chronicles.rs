//! Chronicles in the making: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, page};
use crate::domain::Stored;
use crate::domain::chronicle::{ChronicleProject, ChronicleStage};
use crate::store::{self, Window};
use crate::usecase::advance_chronicle::advance_chronicle;
use crate::usecase::create_chronicle_project::create_chronicle_project;
use crate::usecase::{App, found};
use crate::wire::project;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateChronicleProjectRequest>,
) -> Result<pb::ChronicleProject, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().chronicle_project.unwrap_or_default())?;
    create_chronicle_project(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them, with the stages it has reached.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetChronicleProjectRequest>,
) -> Result<pb::ChronicleProject, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let found = found(
        id,
        store::chronicle_projects::select(&mut conn, &Window::one(id)).await?,
    )?;
    let stages = store::chronicle_stages::select(&mut conn, &Window::children_of(id)).await?;
    Ok(project(found, stages))
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListChronicleProjectsRequest>,
) -> Result<pb::ListChronicleProjectsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::chronicle_projects::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    let mut chronicle_projects = Vec::with_capacity(rows.len());
    for row in rows {
        let stages =
            store::chronicle_stages::select(&mut conn, &Window::children_of(row.id)).await?;
        chronicle_projects.push(project(row, stages));
    }
    Ok(pb::ListChronicleProjectsResponse {
        chronicle_projects,
        next_page_token,
    })
}

/// Moves one forward.
pub(crate) async fn advance(
    app: &App,
    request: Request<pb::AdvanceChronicleRequest>,
) -> Result<pb::ChronicleProject, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let mut v = Violations::new();
    let chronicle = v.take(name::parse("name", &wire.name));
    let stage = v.take(code_in(
        "stage",
        "CHRONICLE_STAGE_",
        wire.stage().as_str_name(),
    ));
    let reached_on = v.take(FuzzyDate::parse("reached_on", &wire.reached_on));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(ChronicleStage {
            chronicle: chronicle?,
            stage: stage?,
            reached_on: reached_on?,
            provenance: provenance?,
        })
    })();
    advance_chronicle(app, &call, v.finish_with(parsed)?)
        .await
        .map(Committed::into_reply)
}

fn parse(wire: pb::ChronicleProject) -> Result<ChronicleProject, Fault> {
    let mut v = Violations::new();
    let title = v.text("chronicle_project.title", &wire.title, 200);
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(ChronicleProject {
            title: title?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

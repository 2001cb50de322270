//! Stages of chronicles: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Id, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, page};
use crate::domain::Stored;
use crate::domain::chronicle::{ChronicleProject, ChronicleStage};
use crate::store::{self, Window};
use crate::usecase::create_chronicle_stage::create_chronicle_stage;
use crate::usecase::{App, found};
use crate::wire::stage;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateChronicleStageRequest>,
) -> Result<pb::ChronicleStage, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let parent = name::parse("parent", &wire.parent)?;
    let new = parse(parent, wire.chronicle_stage.unwrap_or_default())?;
    create_chronicle_stage(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetChronicleStageRequest>,
) -> Result<pb::ChronicleStage, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (_, id) =
        name::parse_child::<ChronicleProject, ChronicleStage>("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::chronicle_stages::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListChronicleStagesRequest>,
) -> Result<pb::ListChronicleStagesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let parent: Id<ChronicleProject> = name::parse("parent", &wire.parent)?;
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, &wire.parent)?;
    let window = Window {
        parent: Some(parent.as_uuid()),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::chronicle_stages::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListChronicleStagesResponse {
        chronicle_stages: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(
    chronicle: Id<ChronicleProject>,
    wire: pb::ChronicleStage,
) -> Result<ChronicleStage, Fault> {
    let mut v = Violations::new();
    let stage = v.take(code_in(
        "chronicle_stage.stage",
        "CHRONICLE_STAGE_",
        wire.stage().as_str_name(),
    ));
    let reached_on = v.take(FuzzyDate::parse(
        "chronicle_stage.reached_on",
        &wire.reached_on,
    ));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(ChronicleStage {
            chronicle,
            stage: stage?,
            reached_on: reached_on?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<ChronicleStage>> for pb::ChronicleStage {
    fn from(stored: Stored<ChronicleStage>) -> Self {
        let it = stored.it;
        Self {
            name: name::child(it.chronicle, stored.id),
            stage: stage(it.stage),
            reached_on: it.reached_on.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

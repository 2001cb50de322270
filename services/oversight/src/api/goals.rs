//! Goals: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, ordinal, page, year};
use crate::domain::Stored;
use crate::domain::goal::Goal;
use crate::store::{self, Window};
use crate::usecase::create_goal::create_goal;
use crate::usecase::{App, found};
use crate::wire::goal_group;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateGoalRequest>,
) -> Result<pb::Goal, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().goal.unwrap_or_default())?;
    create_goal(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetGoalRequest>,
) -> Result<pb::Goal, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(id, store::goals::select(&mut conn, &Window::one(id)).await?)?.into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListGoalsRequest>,
) -> Result<pb::ListGoalsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::goals::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListGoalsResponse {
        goals: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::Goal) -> Result<Goal, Fault> {
    let mut v = Violations::new();
    let title = v.text("goal.title", &wire.title, 200);
    let group = v.take(code_in(
        "goal.group",
        "GOAL_GROUP_",
        wire.group().as_str_name(),
    ));
    let ordinal = v.take(ordinal("goal.ordinal", wire.ordinal));
    let valid_from_year = v.take(year("goal.valid_from_year", wire.valid_from_year));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Goal {
            title: title?,
            group: group?,
            ordinal: ordinal?,
            valid_from_year: valid_from_year?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Goal>> for pb::Goal {
    fn from(stored: Stored<Goal>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            title: it.title,
            group: goal_group(it.group),
            ordinal: it.ordinal,
            valid_from_year: it.valid_from_year,
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

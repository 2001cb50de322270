//! Annual plans: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{page, year};
use crate::domain::Stored;
use crate::domain::plan::Plan;
use crate::store::{self, Window};
use crate::usecase::create_plan::create_plan;
use crate::usecase::{App, found};

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreatePlanRequest>,
) -> Result<pb::Plan, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().plan.unwrap_or_default())?;
    create_plan(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetPlanRequest>,
) -> Result<pb::Plan, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(id, store::plans::select(&mut conn, &Window::one(id)).await?)?.into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListPlansRequest>,
) -> Result<pb::ListPlansResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(
        &app.db,
        wire.page_size,
        &wire.page_token,
        &wire.year.to_string(),
    )?;
    let window = Window {
        year: (wire.year != 0).then_some(wire.year),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::plans::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListPlansResponse {
        plans: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::Plan) -> Result<Plan, Fault> {
    let mut v = Violations::new();
    let year = v.take(year("plan.year", wire.year));
    let title = v.text("plan.title", &wire.title, 200);
    let adopted_on = v.take(FuzzyDate::parse("plan.adopted_on", &wire.adopted_on));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Plan {
            year: year?,
            title: title?,
            adopted_on: adopted_on?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Plan>> for pb::Plan {
    fn from(stored: Stored<Plan>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            year: it.year,
            title: it.title,
            adopted_on: it.adopted_on.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

//! Honours: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, division, page};
use crate::domain::Stored;
use crate::domain::honour::Honour;
use crate::store::{self, Window};
use crate::usecase::create_honour::create_honour;
use crate::usecase::{App, found};
use crate::wire::honour_kind;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateHonourRequest>,
) -> Result<pb::Honour, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().honour.unwrap_or_default())?;
    create_honour(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetHonourRequest>,
) -> Result<pb::Honour, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::honours::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListHonoursRequest>,
) -> Result<pb::ListHonoursResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::honours::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListHonoursResponse {
        honours: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::Honour) -> Result<Honour, Fault> {
    let mut v = Violations::new();
    let kind = v.take(code_in(
        "honour.kind",
        "HONOUR_KIND_",
        wire.kind().as_str_name(),
    ));
    let title = v.text("honour.title", &wire.title, 200);
    let received_on = v.take(FuzzyDate::parse("honour.received_on", &wire.received_on));
    let peers = v.take(convert::count("honour.peers", wire.peers));
    let granting_body = v.optional_text("honour.granting_body", &wire.granting_body, 120);
    let occasion = v.optional_text("honour.occasion", &wire.occasion, 200);
    let division = v.take(division("honour.division", &wire.division));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Honour {
            kind: kind?,
            title: title?,
            received_on: received_on?,
            peers: peers?,
            granting_body: granting_body?,
            occasion: occasion?,
            division: division?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Honour>> for pb::Honour {
    fn from(stored: Stored<Honour>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            kind: honour_kind(it.kind),
            title: it.title,
            received_on: it.received_on.to_string(),
            peers: Some(it.peers.into()),
            granting_body: it.granting_body,
            occasion: it.occasion,
            division: it.division.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

//! Resolutions: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, page};
use crate::domain::Stored;
use crate::domain::meeting::Meeting;
use crate::domain::resolution::Resolution;
use crate::store::{self, Window};
use crate::usecase::create_resolution::create_resolution;
use crate::usecase::{App, found};
use crate::wire::wire_name;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateResolutionRequest>,
) -> Result<pb::Resolution, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().resolution.unwrap_or_default())?;
    create_resolution(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetResolutionRequest>,
) -> Result<pb::Resolution, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::resolutions::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListResolutionsRequest>,
) -> Result<pb::ListResolutionsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let parent = if wire.meeting.is_empty() {
        None
    } else {
        Some(name::parse::<Meeting>("meeting", &wire.meeting)?)
    };
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, &wire.meeting)?;
    let window = Window {
        parent: parent.map(jianyi_kernel::Id::as_uuid),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::resolutions::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListResolutionsResponse {
        resolutions: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::Resolution) -> Result<Resolution, Fault> {
    let mut v = Violations::new();
    let meeting = v.take(name::parse("resolution.meeting", &wire.meeting));
    let document = v.take(name::parse("resolution.document", &wire.document));
    let decision = v.take(code_in(
        "resolution.decision",
        "DECISION_",
        wire.decision().as_str_name(),
    ));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Resolution {
            meeting: meeting?,
            document: document?,
            decision: decision?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Resolution>> for pb::Resolution {
    fn from(stored: Stored<Resolution>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            meeting: it.meeting.name(),
            document: it.document.name(),
            decision: pb::Decision::from_str_name(&wire_name("DECISION_", it.decision))
                .unwrap_or_default()
                .into(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

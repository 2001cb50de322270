//! Governance bodies: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, ordinal, page};
use crate::domain::Stored;
use crate::domain::body::GovernanceBody;
use crate::store::{self, Window};
use crate::usecase::create_governance_body::create_governance_body;
use crate::usecase::{App, found};
use crate::wire::body_kind;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateGovernanceBodyRequest>,
) -> Result<pb::GovernanceBody, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().governance_body.unwrap_or_default())?;
    create_governance_body(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetGovernanceBodyRequest>,
) -> Result<pb::GovernanceBody, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::governance_bodies::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListGovernanceBodiesRequest>,
) -> Result<pb::ListGovernanceBodiesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::governance_bodies::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListGovernanceBodiesResponse {
        governance_bodies: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::GovernanceBody) -> Result<GovernanceBody, Fault> {
    let mut v = Violations::new();
    let kind = v.take(code_in(
        "governance_body.kind",
        "BODY_KIND_",
        wire.kind().as_str_name(),
    ));
    let term = v.take(ordinal("governance_body.term", wire.term));
    let formed_on = v.take(FuzzyDate::parse(
        "governance_body.formed_on",
        &wire.formed_on,
    ));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(GovernanceBody {
            kind: kind?,
            term: term?,
            formed_on: formed_on?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<GovernanceBody>> for pb::GovernanceBody {
    fn from(stored: Stored<GovernanceBody>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            kind: body_kind(it.kind),
            term: it.term,
            formed_on: it.formed_on.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

//! The register of regulations on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::regulation::{Regulation, in_order};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateRegulationRequest>,
) -> Result<Committed<pb::Regulation>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(
        app.clock(),
        request.into_inner().regulation.unwrap_or_default(),
    )?;
    usecase::register_regulation::register(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetRegulationRequest>,
) -> Result<pb::Regulation, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Regulation::from(
        &store::regulations::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListRegulationsRequest>,
) -> Result<pb::ListRegulationsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let key = app.db.cipher().token_key();
    let page = Page::parse(asked.page_size, &asked.page_token, "regulations", key)?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::regulations::list(&mut conn, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListRegulationsResponse {
        regulations: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: pb::Regulation) -> Result<Regulation, Fault> {
    let mut v = Violations::new();
    let title = v.text("regulation.title", &given.title, 200);
    let issuer = v.optional_text("regulation.issuer", &given.issuer, 100);
    let document_no = v.optional_text("regulation.document_no", &given.document_no, 100);
    let edition = v.optional_text("regulation.edition", &given.edition, 50);
    let in_force_from = wire::fuzzy(&mut v, "regulation.in_force_from", &given.in_force_from);
    let repealed_on = wire::fuzzy(&mut v, "regulation.repealed_on", &given.repealed_on);
    if let (Some(from), Some(repealed)) = (&in_force_from, &repealed_on) {
        v.take(in_order(from, repealed));
    }
    let division = wire::division(&mut v, "regulation.division", &given.division);
    let provenance = wire::provenance(&mut v, "regulation", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(Regulation {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            title: title?,
            issuer: issuer?,
            document_no: document_no?,
            edition: edition?,
            in_force_from: in_force_from?,
            repealed_on: repealed_on?,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&Regulation> for pb::Regulation {
    fn from(of: &Regulation) -> Self {
        Self {
            name: of.id.name(),
            title: of.title.clone(),
            issuer: of.issuer.clone(),
            document_no: of.document_no.clone(),
            edition: of.edition.clone(),
            in_force_from: of.in_force_from.to_string(),
            repealed_on: of.repealed_on.to_string(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
        }
    }
}

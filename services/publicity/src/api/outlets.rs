//! Outlets on the wire.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::{Outlet, Recorded};
use crate::word::Word as _;
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::Outlet) -> Option<Outlet> {
    let title = form.title(&wire.title);
    let kind = form.word("kind", wire.kind);
    let columns = form.texts("columns", &wire.columns, 64);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(Outlet {
        title: title?,
        kind: kind?,
        columns: columns?,
        counted: wire.counted,
        origin: origin?,
    })
}

impl From<Recorded<Outlet>> for pb::Outlet {
    fn from(record: Recorded<Outlet>) -> Self {
        let name = record.name();
        let Outlet {
            title,
            kind,
            counted,
            columns,
            origin,
        } = record.fact;
        Self {
            name,
            title: title.as_str().into(),
            kind: kind.to_wire(),
            counted,
            columns,
            division: origin.division.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateOutletRequest>,
) -> Result<Committed<pb::Outlet>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let outlet = Form::read("outlet", request.into_inner().outlet, read)?;
    usecase::create_outlet(app, &call, outlet).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetOutletRequest>,
) -> Result<pb::Outlet, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let outlet = store::outlets::get(&mut conn, id).await?;
    Ok(outlet.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListOutletsRequest>,
) -> Result<pb::ListOutletsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let page = wire::page(app, request.page_size, &request.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::outlets::list(&mut conn, &page).await?;
    let (outlets, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListOutletsResponse {
        outlets,
        next_page_token,
    })
}

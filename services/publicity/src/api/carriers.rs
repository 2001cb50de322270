//! Carriers on the wire.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use time::Date;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::inspection::{Inspection, Inspections};
use crate::domain::{Carrier, Recorded};
use crate::word::Word as _;
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::Carrier, today: Date) -> Option<Carrier> {
    let kind = form.word("kind", wire.kind);
    let title = form.title(&wire.title);
    let place = form.text("place", &wire.place, 200);
    let quantity = form.count("quantity", wire.quantity);
    let installed_on = form.fuzzy("installed_on", &wire.installed_on);
    let origin = form.origin(&wire.division, wire.provenance);
    let installed_on = installed_on?;
    Some(Carrier {
        kind: kind?,
        title: title?,
        place: place?,
        quantity: quantity?,
        inspections: Inspections::none_since(&installed_on, today),
        installed_on,
        origin: origin?,
    })
}

impl From<Recorded<Carrier>> for pb::Carrier {
    fn from(record: Recorded<Carrier>) -> Self {
        let name = record.name();
        let Carrier {
            kind,
            title,
            place,
            quantity,
            installed_on,
            inspections,
            origin,
        } = record.fact;
        Self {
            name,
            kind: kind.to_wire(),
            title: title.as_str().into(),
            place,
            quantity: Some(quantity.into()),
            installed_on: installed_on.to_string(),
            last_inspected_on: inspections
                .last
                .map(|day| day.to_string())
                .unwrap_or_default(),
            division: origin.division.to_string(),
            etag: record.version.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateCarrierRequest>,
) -> Result<Committed<pb::Carrier>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let today = app.db.clock().today();
    let carrier = Form::read("carrier", request.into_inner().carrier, |form, wire| {
        read(form, wire, today)
    })?;
    usecase::create_carrier(app, &call, carrier).await
}

pub(crate) async fn inspect(
    app: &App,
    request: Request<pb::RecordCarrierInspectionRequest>,
) -> Result<Committed<pb::Carrier>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.get_ref();
    let mut form = Form::new("");
    let id = form.name("name", &request.name);
    let on = form.day("inspected_on", &request.inspected_on);
    let finding = form.text("finding", &request.finding, 2000);
    let (id, on, finding) = form.finish(
        id.zip(on)
            .zip(finding)
            .map(|((id, on), finding)| (id, on, finding)),
    )?;
    let inspection = Inspection {
        id: app.db.clock().new_uuid(),
        on,
        finding,
    };
    usecase::record_carrier_inspection(app, &call, id, inspection).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetCarrierRequest>,
) -> Result<pb::Carrier, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let carrier = store::carriers::get(&mut conn, id).await?;
    Ok(carrier.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListCarriersRequest>,
) -> Result<pb::ListCarriersResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let due_before = wire::due_before(app, request.inspection_overdue_days)?;
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &request.inspection_overdue_days.to_string(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::carriers::list(&mut conn, &page, due_before).await?;
    let (carriers, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListCarriersResponse {
        carriers,
        next_page_token,
    })
}

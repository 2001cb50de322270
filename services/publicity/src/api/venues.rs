//! Venues on the wire.

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
use crate::domain::{Recorded, Venue};
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::Venue, today: Date) -> Option<Venue> {
    let title = form.title(&wire.title);
    let partner = form.text("partner", &wire.partner, 200);
    let opened_on = form.fuzzy("opened_on", &wire.opened_on);
    let origin = form.origin(&wire.division, wire.provenance);
    let opened_on = opened_on?;
    Some(Venue {
        title: title?,
        partner: partner?,
        inspections: Inspections::none_since(&opened_on, today),
        opened_on,
        origin: origin?,
    })
}

impl From<Recorded<Venue>> for pb::Venue {
    fn from(record: Recorded<Venue>) -> Self {
        let name = record.name();
        let Venue {
            title,
            partner,
            opened_on,
            inspections,
            origin,
        } = record.fact;
        Self {
            name,
            title: title.as_str().into(),
            partner,
            opened_on: opened_on.to_string(),
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
    request: Request<pb::CreateVenueRequest>,
) -> Result<Committed<pb::Venue>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let today = app.db.clock().today();
    let venue = Form::read("venue", request.into_inner().venue, |form, wire| {
        read(form, wire, today)
    })?;
    usecase::create_venue(app, &call, venue).await
}

pub(crate) async fn inspect(
    app: &App,
    request: Request<pb::RecordInspectionRequest>,
) -> Result<Committed<pb::Venue>, Fault> {
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
    usecase::record_inspection(app, &call, id, inspection).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetVenueRequest>,
) -> Result<pb::Venue, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let venue = store::venues::get(&mut conn, id).await?;
    Ok(venue.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListVenuesRequest>,
) -> Result<pb::ListVenuesResponse, Fault> {
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
    let rows = store::venues::list(&mut conn, &page, due_before).await?;
    let (venues, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListVenuesResponse {
        venues,
        next_page_token,
    })
}

//! Bus lines on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, parse_day};
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::bus_line::LineNumber;
use crate::domain::{BusLine, Recorded};
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::BusLine) -> Option<BusLine> {
    let from_on = form.fuzzy("from_on", &wire.from_on);
    let first = form.line_number(&wire.line_no, from_on);
    let operator = form.text("operator", &wire.operator, 200);
    let to_on = form.fuzzy("to_on", &wire.to_on);
    let vehicles = form.texts("vehicles", &wire.vehicles, 32);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(BusLine {
        operator: operator?,
        first: first?,
        later: Vec::new(),
        to_on: to_on?,
        vehicles: vehicles?,
        origin: origin?,
    })
}

impl From<Recorded<BusLine>> for pb::BusLine {
    fn from(record: Recorded<BusLine>) -> Self {
        let name = record.name();
        let line = record.fact;
        let number = |number: &LineNumber| pb::LineNumber {
            line_no: number.line_no.clone(),
            from_on: number.from_on.to_string(),
        };
        Self {
            name,
            line_no: line.current().line_no.clone(),
            from_on: line.first.from_on.to_string(),
            numbers: line.numbers().map(number).collect(),
            operator: line.operator,
            to_on: line.to_on.to_string(),
            vehicles: line.vehicles,
            division: line.origin.division.to_string(),
            etag: record.version.to_string(),
            provenance: wire::provenance(line.origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateBusLineRequest>,
) -> Result<Committed<pb::BusLine>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let bus_line = Form::read("bus_line", request.into_inner().bus_line, read)?;
    usecase::create_bus_line(app, &call, bus_line).await
}

pub(crate) async fn renumber(
    app: &App,
    request: Request<pb::RenumberBusLineRequest>,
) -> Result<Committed<pb::BusLine>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.get_ref();
    let mut form = Form::new("");
    let id = form.name("name", &request.name);
    let from_on = form.known_date("from_on", &request.from_on);
    let number = form.line_number(&request.line_no, from_on);
    let (id, number) = form.finish(id.zip(number))?;
    usecase::renumber_bus_line(app, &call, id, number).await
}

pub(crate) async fn end(
    app: &App,
    request: Request<pb::EndBusLineRequest>,
) -> Result<Committed<pb::BusLine>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.get_ref();
    let mut form = Form::new("");
    let id = form.name("name", &request.name);
    let to_on = form.known_date("to_on", &request.to_on);
    let (id, to_on) = form.finish(id.zip(to_on))?;
    usecase::end_bus_line(app, &call, id, to_on).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetBusLineRequest>,
) -> Result<pb::BusLine, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let bus_line = store::bus_lines::get(&mut conn, id).await?;
    Ok(bus_line.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListBusLinesRequest>,
) -> Result<pb::ListBusLinesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let active_on = match request.active_on.as_str() {
        "" => None,
        day => Some(parse_day("active_on", day)?),
    };
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &request.active_on,
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::bus_lines::list(&mut conn, &page, active_on).await?;
    let (bus_lines, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListBusLinesResponse {
        bus_lines,
        next_page_token,
    })
}

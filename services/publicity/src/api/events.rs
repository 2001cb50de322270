//! Events on the wire.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::event::{EventState, Site};
use crate::domain::{Event, Recorded};
use crate::word::Word as _;
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::Event) -> Option<Event> {
    let kind = form.word("kind", wire.kind);
    let title = form.title(&wire.title);
    let held_on = form.fuzzy("held_on", &wire.held_on);
    let place = form.text("place", &wire.place, 200);
    let participants = form.count("participants", wire.participants);
    let sites: Option<Vec<Site>> = wire
        .sites
        .iter()
        .map(|site| read_site(form, site))
        .collect();
    let organisers = form.text("organisers", &wire.organisers, 400);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(Event {
        kind: kind?,
        title: title?,
        held_on: held_on?,
        place: place?,
        participants: participants?,
        sites: sites?,
        organisers: organisers?,
        state: EventState::Held,
        origin: origin?,
    })
}

fn read_site(form: &mut Form, wire: &pb::Site) -> Option<Site> {
    let title = form.required("sites.title", &wire.title, 200);
    let division = form.optional_division("sites.division", &wire.division);
    Some(Site {
        title: title?,
        division: division?,
    })
}

fn site(site: Site) -> pb::Site {
    pb::Site {
        title: site.title,
        division: site.division.map(String::from).unwrap_or_default(),
    }
}

impl From<Recorded<Event>> for pb::Event {
    fn from(record: Recorded<Event>) -> Self {
        let name = record.name();
        let Event {
            title,
            kind,
            held_on,
            place,
            participants,
            sites,
            organisers,
            state,
            origin,
        } = record.fact;
        Self {
            name,
            title: title.as_str().into(),
            kind: kind.to_wire(),
            held_on: held_on.to_string(),
            place,
            participants: Some(participants.into()),
            sites: sites.into_iter().map(site).collect(),
            organisers,
            state: state.to_wire(),
            division: origin.division.to_string(),
            etag: record.version.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateEventRequest>,
) -> Result<Committed<pb::Event>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let event = Form::read("event", request.into_inner().event, read)?;
    usecase::create_event(app, &call, event).await
}

pub(crate) async fn cancel(
    app: &App,
    request: Request<pb::CancelEventRequest>,
) -> Result<Committed<pb::Event>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    usecase::cancel_event(app, &call, id).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetEventRequest>,
) -> Result<pb::Event, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let event = store::events::get(&mut conn, id).await?;
    Ok(event.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListEventsRequest>,
) -> Result<pb::ListEventsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let year = wire::year(request.year)?;
    let kind = wire::kind(request.kind)?;
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &format!("{} {}", request.year, request.kind),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::events::list(&mut conn, &page, year, kind).await?;
    let (events, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListEventsResponse {
        events,
        next_page_token,
    })
}

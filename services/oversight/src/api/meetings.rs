//! Meetings: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{ordinal, page};
use crate::domain::Stored;
use crate::domain::body::GovernanceBody;
use crate::domain::meeting::Meeting;
use crate::store::{self, Window};
use crate::usecase::create_meeting::create_meeting;
use crate::usecase::{App, found};

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateMeetingRequest>,
) -> Result<pb::Meeting, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().meeting.unwrap_or_default())?;
    create_meeting(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetMeetingRequest>,
) -> Result<pb::Meeting, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::meetings::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListMeetingsRequest>,
) -> Result<pb::ListMeetingsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let parent = if wire.body.is_empty() {
        None
    } else {
        Some(name::parse::<GovernanceBody>("body", &wire.body)?)
    };
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, &wire.body)?;
    let window = Window {
        parent: parent.map(jianyi_kernel::Id::as_uuid),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::meetings::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListMeetingsResponse {
        meetings: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::Meeting) -> Result<Meeting, Fault> {
    let mut v = Violations::new();
    let body = v.take(name::parse("meeting.body", &wire.body));
    let number = v.take(ordinal("meeting.number", wire.number));
    let held_on = v.take(FuzzyDate::parse("meeting.held_on", &wire.held_on));
    let place = v.optional_text("meeting.place", &wire.place, 120);
    let attendees = v.take(convert::count("meeting.attendees", wire.attendees));
    let quorum = v.optional_text("meeting.quorum", &wire.quorum, 120);
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Meeting {
            body: body?,
            number: number?,
            held_on: held_on?,
            place: place?,
            attendees: attendees?,
            quorum: quorum?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Meeting>> for pb::Meeting {
    fn from(stored: Stored<Meeting>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            body: it.body.name(),
            number: it.number,
            held_on: it.held_on.to_string(),
            place: it.place,
            attendees: Some(it.attendees.into()),
            quorum: it.quorum,
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

//! Study sessions: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, division, page};
use crate::domain::Stored;
use crate::domain::study::StudySession;
use crate::store::{self, Window};
use crate::usecase::create_study_session::create_study_session;
use crate::usecase::{App, found};
use crate::wire::study_kind;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateStudySessionRequest>,
) -> Result<pb::StudySession, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().study_session.unwrap_or_default())?;
    create_study_session(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetStudySessionRequest>,
) -> Result<pb::StudySession, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::study_sessions::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListStudySessionsRequest>,
) -> Result<pb::ListStudySessionsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::study_sessions::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListStudySessionsResponse {
        study_sessions: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::StudySession) -> Result<StudySession, Fault> {
    let mut v = Violations::new();
    let kind = v.take(code_in(
        "study_session.kind",
        "STUDY_KIND_",
        wire.kind().as_str_name(),
    ));
    let held_on = v.take(FuzzyDate::parse("study_session.held_on", &wire.held_on));
    let title = v.optional_text("study_session.title", &wire.title, 200);
    let division = v.take(division("study_session.division", &wire.division));
    let attendance = v.take(convert::count("study_session.attendance", wire.attendance));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(StudySession {
            kind: kind?,
            held_on: held_on?,
            title: title?,
            division: division?,
            attendance: attendance?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<StudySession>> for pb::StudySession {
    fn from(stored: Stored<StudySession>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            kind: study_kind(it.kind),
            held_on: it.held_on.to_string(),
            title: it.title,
            division: it.division.to_string(),
            attendance: Some(it.attendance.into()),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

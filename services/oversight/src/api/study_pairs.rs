//! The pairs of 四学四强: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, page};
use crate::domain::Stored;
use crate::domain::study::StudyPair;
use crate::store::{self, Window};
use crate::usecase::create_study_pair::create_study_pair;
use crate::usecase::{App, found};
use crate::wire::study_kind;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateStudyPairRequest>,
) -> Result<pb::StudyPair, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().study_pair.unwrap_or_default())?;
    create_study_pair(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetStudyPairRequest>,
) -> Result<pb::StudyPair, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::study_pairs::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListStudyPairsRequest>,
) -> Result<pb::ListStudyPairsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::study_pairs::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListStudyPairsResponse {
        study_pairs: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(wire: pb::StudyPair) -> Result<StudyPair, Fault> {
    let mut v = Violations::new();
    let kind = v.take(code_in(
        "study_pair.kind",
        "STUDY_KIND_",
        wire.kind().as_str_name(),
    ));
    let since = v.take(FuzzyDate::parse("study_pair.since", &wire.since));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(StudyPair {
            kind: kind?,
            since: since?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<StudyPair>> for pb::StudyPair {
    fn from(stored: Stored<StudyPair>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            kind: study_kind(it.kind),
            since: it.since.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

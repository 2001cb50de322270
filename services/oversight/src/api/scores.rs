//! Scores: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Violation, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{codes, page};
use crate::domain::Stored;
use crate::domain::rubric::Rubric;
use crate::domain::score::Score;
use crate::store::{self, Window};
use crate::usecase::create_score::create_score;
use crate::usecase::{App, found};

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateScoreRequest>,
) -> Result<pb::Score, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let parent = name::parse("parent", &wire.parent)?;
    let new = parse(parent, wire.score.unwrap_or_default())?;
    create_score(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetScoreRequest>,
) -> Result<pb::Score, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (_, id) = name::parse_child::<Rubric, Score>("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::scores::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListScoresRequest>,
) -> Result<pb::ListScoresResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let parent: Id<Rubric> = name::parse("parent", &wire.parent)?;
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, &wire.parent)?;
    let window = Window {
        parent: Some(parent.as_uuid()),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::scores::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListScoresResponse {
        scores: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn parse(rubric: Id<Rubric>, wire: pb::Score) -> Result<Score, Fault> {
    let mut v = Violations::new();
    let division =
        v.take(Division::parse("score.division", &wire.division).map(|division| division.county()));
    let points_hundredths = v.take(points("score.points_hundredths", wire.points_hundredths));
    let evidence = codes(&mut v, "score.evidence", wire.evidence);
    let scored_on = v.take(FuzzyDate::parse("score.scored_on", &wire.scored_on));
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Score {
            rubric,
            division: division?,
            points_hundredths: points_hundredths?,
            evidence: evidence?,
            scored_on: scored_on?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

/// Hundredths of a point up to 200.00: 100 and what a bonus may add.
fn points(field: &str, hundredths: Option<i64>) -> Result<Option<i64>, Violation> {
    if hundredths.is_none_or(|points| (0..=20_000).contains(&points)) {
        return Ok(hundredths);
    }
    Err(Violation::new(
        field,
        "POINTS_OUT_OF_RANGE",
        "from 0 to 20000 hundredths".into(),
        "得分应在 0 至 200 分之间",
    ))
}

impl From<Stored<Score>> for pb::Score {
    fn from(stored: Stored<Score>) -> Self {
        let it = stored.it;
        Self {
            name: name::child(it.rubric, stored.id),
            division: it.division.to_string(),
            points_hundredths: it.points_hundredths,
            evidence: it.evidence,
            scored_on: it.scored_on.to_string(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
        }
    }
}

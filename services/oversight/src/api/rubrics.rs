//! Rubrics: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, FuzzyDate, Id, Violation, Violations};
use jianyi_proto::oversight::v1 as pb;
use jianyi_proto::{convert, name};
use tonic::Request;

use crate::api::convert::{code_in, optional_date, ordinal, page, year};
use crate::domain::Stored;
use crate::domain::rubric::{Indicator, Rubric, RubricState};
use crate::store::{self, Window};
use crate::usecase::create_rubric::create_rubric;
use crate::usecase::{App, found};
use crate::usecase::{copy_rubric, publish_rubric, update_rubric_indicators};
use crate::wire::wire_name;

/// Records one.
pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateRubricRequest>,
) -> Result<pb::Rubric, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().rubric.unwrap_or_default())?;
    create_rubric(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// One of them.
pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetRubricRequest>,
) -> Result<pb::Rubric, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(found(
        id,
        store::rubrics::select(&mut conn, &Window::one(id)).await?,
    )?
    .into())
}

/// A page of them.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListRubricsRequest>,
) -> Result<pb::ListRubricsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(
        &app.db,
        wire.page_size,
        &wire.page_token,
        &wire.year.to_string(),
    )?;
    let window = Window {
        year: (wire.year != 0).then_some(wire.year),
        ..window
    };
    let mut conn = app.db.read(&caller).await?;
    let rows = store::rubrics::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListRubricsResponse {
        rubrics: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

/// Replaces a draft's indicators.
pub(crate) async fn update_indicators(
    app: &App,
    request: Request<pb::UpdateRubricIndicatorsRequest>,
) -> Result<pb::Rubric, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let mut v = Violations::new();
    let id = v.take(name::parse("name", &wire.name));
    let indicators = indicators(&mut v, "indicators", &wire.indicators);
    let (id, indicators) = v.finish_with(id.zip(indicators))?;
    update_rubric_indicators::update_rubric_indicators(app, &call, id, indicators, &wire.etag)
        .await
        .map(Committed::into_reply)
}

/// Publishes a rubric.
pub(crate) async fn publish(
    app: &App,
    request: Request<pb::PublishRubricRequest>,
) -> Result<pb::Rubric, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let mut v = Violations::new();
    let id = v.take(name::parse("name", &wire.name));
    let published_on = v.take(optional_date("published_on", &wire.published_on));
    let (id, published_on) = v.finish_with(id.zip(published_on))?;
    publish_rubric::publish_rubric(app, &call, id, published_on)
        .await
        .map(Committed::into_reply)
}

/// Copies a rubric for another year.
pub(crate) async fn copy(
    app: &App,
    request: Request<pb::CopyRubricRequest>,
) -> Result<pb::Rubric, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let mut v = Violations::new();
    let id = v.take(name::parse("name", &wire.name));
    let year = v.take(year("year", wire.year));
    let title = v.optional_text("title", &wire.title, 200);
    let ((id, year), title) = v.finish_with(id.zip(year).zip(title))?;
    let title = (!title.is_empty()).then_some(title);
    copy_rubric::copy_rubric(app, &call, id, year, title)
        .await
        .map(Committed::into_reply)
}

/// No indicators at all are unknown ones.
fn indicators(
    v: &mut Violations,
    field: &str,
    wire: &[pb::Indicator],
) -> Option<Option<Vec<Indicator>>> {
    if wire.is_empty() {
        return Some(None);
    }
    let lines: Option<Vec<Indicator>> = wire
        .iter()
        .map(|line| {
            let ordinal = v.take(ordinal(&format!("{field}.ordinal"), line.ordinal));
            let title = v.text(&format!("{field}.title"), &line.title, 200);
            let kind = v.take(code_in(
                &format!("{field}.kind"),
                INDICATOR,
                line.kind().as_str_name(),
            ));
            let weight_points = v.take(weight(
                &format!("{field}.weight_points"),
                line.weight_points,
            ));
            Some(Indicator {
                ordinal: ordinal?,
                title: title?,
                kind: kind?,
                weight_points: weight_points?,
            })
        })
        .collect();
    lines.map(Some)
}

fn weight(field: &str, points: i32) -> Result<i32, Violation> {
    if (0..=100).contains(&points) {
        return Ok(points);
    }
    Err(Violation::new(
        field,
        "WEIGHT_OUT_OF_RANGE",
        "a weight from 0 to 100".into(),
        "权重应为 0 至 100",
    ))
}

const INDICATOR: &str = "INDICATOR_KIND_";

fn indicator(line: Indicator) -> pb::Indicator {
    pb::Indicator {
        ordinal: line.ordinal,
        title: line.title,
        kind: pb::IndicatorKind::from_str_name(&wire_name(INDICATOR, line.kind))
            .unwrap_or_default()
            .into(),
        weight_points: line.weight_points,
    }
}

fn parse(wire: pb::Rubric) -> Result<Rubric, Fault> {
    let mut v = Violations::new();
    let year = v.take(year("rubric.year", wire.year));
    let title = v.text("rubric.title", &wire.title, 200);
    let based_on = v.take(if wire.based_on.is_empty() {
        Ok(None)
    } else {
        name::parse("rubric.based_on", &wire.based_on).map(Some)
    });
    let published_on = v.take(FuzzyDate::parse("rubric.published_on", &wire.published_on));
    let indicators = indicators(&mut v, "rubric.indicators", &wire.indicators);
    let provenance = v.take(convert::provenance(wire.provenance));
    let parsed = (|| {
        Some(Rubric {
            year: year?,
            title: title?,
            based_on: based_on?,
            published_on: published_on?,
            state: RubricState::Draft,
            indicators: indicators?,
            provenance: provenance?,
        })
    })();
    v.finish_with(parsed)
}

impl From<Stored<Rubric>> for pb::Rubric {
    fn from(stored: Stored<Rubric>) -> Self {
        let it = stored.it;
        Self {
            name: stored.id.name(),
            year: it.year,
            title: it.title,
            based_on: it.based_on.map(Id::name).unwrap_or_default(),
            published_on: it.published_on.to_string(),
            indicators_known: it.indicators.is_some(),
            indicators: it
                .indicators
                .unwrap_or_default()
                .into_iter()
                .map(indicator)
                .collect(),
            state: pb::RubricState::from_str_name(&wire_name("RUBRIC_STATE_", it.state))
                .unwrap_or_default()
                .into(),
            provenance: Some(it.provenance.into()),
            create_time: Some(convert::timestamp(stored.created_at)),
            etag: stored.version.to_string(),
        }
    }
}

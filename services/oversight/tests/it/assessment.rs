//! Rubrics and scores.

use jianyi_proto::oversight::v1::*;
use tonic::Code;

use crate::world::{World, reason, source};

fn indicator(ordinal: i32, weight_points: i32) -> Indicator {
    Indicator {
        ordinal,
        title: format!("指标{ordinal}"),
        kind: IndicatorKind::Count.into(),
        weight_points,
    }
}

async fn rubric(
    world: &mut World,
    published_on: &str,
    indicators: Vec<Indicator>,
) -> Result<Rubric, tonic::Status> {
    let rubric = Rubric {
        year: 2024,
        title: "考评实施细则".into(),
        published_on: published_on.into(),
        indicators,
        provenance: source("S13"),
        ..Default::default()
    };
    let request = CreateRubricRequest {
        rubric: Some(rubric),
        request_id: String::new(),
    };
    world
        .oversight
        .create_rubric(request)
        .await
        .map(tonic::Response::into_inner)
}

#[tokio::test]
async fn v117_weights_make_100_or_the_rubric_is_not_published() {
    let mut world = World::start().await;
    let early = rubric(&mut world, "2024 (年初)", vec![indicator(1, 60)])
        .await
        .unwrap_err();
    assert_eq!(reason(&early), "RUBRIC_WEIGHTS_NOT_100");
    let draft = rubric(&mut world, "", vec![indicator(1, 60)])
        .await
        .unwrap();
    let publish = PublishRubricRequest {
        name: draft.name.clone(),
        ..Default::default()
    };
    let refused = world
        .oversight
        .publish_rubric(publish.clone())
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RUBRIC_WEIGHTS_NOT_100");
    let edit = UpdateRubricIndicatorsRequest {
        name: draft.name.clone(),
        indicators: vec![indicator(1, 60), indicator(2, 40)],
        etag: draft.etag,
        request_id: String::new(),
    };
    world
        .oversight
        .update_rubric_indicators(edit)
        .await
        .unwrap();
    let published = world
        .oversight
        .publish_rubric(publish)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (published.state(), published.published_on.as_str()),
        (RubricState::Published, "2024-12-31")
    );
    assert!(
        world
            .published()
            .await
            .iter()
            .any(|event| event.type_name.ends_with("RubricPublished"))
    );
}

#[tokio::test]
async fn o02_a_published_rubric_is_copied_for_the_next_year_and_not_edited() {
    let mut world = World::start().await;
    let published = rubric(&mut world, "2024 (年初)", vec![]).await.unwrap();
    assert_eq!(
        (published.state(), published.indicators_known),
        (RubricState::Published, false)
    );
    let edit = |name: &str| UpdateRubricIndicatorsRequest {
        name: name.into(),
        indicators: vec![indicator(1, 100)],
        ..Default::default()
    };
    let refused = world
        .oversight
        .update_rubric_indicators(edit(&published.name))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::FailedPrecondition, "RUBRIC_PUBLISHED")
    );
    let copy = CopyRubricRequest {
        name: published.name,
        year: 2025,
        ..Default::default()
    };
    let copy = world
        .oversight
        .copy_rubric(copy)
        .await
        .unwrap()
        .into_inner();
    assert_eq!((copy.year, copy.state()), (2025, RubricState::Draft));
    let edited = world
        .oversight
        .update_rubric_indicators(edit(&copy.name))
        .await
        .unwrap()
        .into_inner();
    assert!(edited.indicators_known);
}

#[tokio::test]
async fn a_county_is_scored_once_and_under_a_published_rubric_only() {
    let mut world = World::start().await;
    let draft = rubric(&mut world, "", vec![indicator(1, 100)])
        .await
        .unwrap();
    let score = CreateScoreRequest {
        parent: draft.name.clone(),
        score: Some(Score {
            division: "410611".into(),
            points_hundredths: Some(9550),
            evidence: vec!["S13".into()],
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let refused = world
        .oversight
        .create_score(score.clone())
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RUBRIC_NOT_PUBLISHED");
    world
        .oversight
        .publish_rubric(PublishRubricRequest {
            name: draft.name.clone(),
            ..Default::default()
        })
        .await
        .unwrap();
    let recorded = world
        .oversight
        .create_score(score.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(recorded.points_hundredths, Some(9550));
    assert_eq!(
        world
            .oversight
            .create_score(score)
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    let event = world.published().await.pop().unwrap();
    assert_eq!(
        (event.division.as_str(), event.resource),
        ("410611", recorded.name)
    );
}

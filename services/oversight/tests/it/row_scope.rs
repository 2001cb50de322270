//! Which rows exist for whom: enforced by the database, seen through the API.

use jianyi_proto::oversight::events::v1 as ev;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::oversight::v1::*;
use jianyi_testkit::rls;
use tonic::Code;

use crate::world::World;

const OWN: &str = "410611";
const OTHER: &str = "410621";

/// Names of one record of each kind.
struct Records {
    score: String,
    session: String,
    honour: String,
}

async fn record(world: &mut World, rubric: &str, division: &str) -> Records {
    let score = CreateScoreRequest {
        parent: rubric.into(),
        score: Some(Score {
            division: division.into(),
            points_hundredths: Some(9550),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let session = CreateStudySessionRequest {
        study_session: Some(StudySession {
            kind: ev::StudyKind::Theory.into(),
            held_on: "2024-03-12".into(),
            division: division.into(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let honour = CreateHonourRequest {
        honour: Some(Honour {
            kind: ev::HonourKind::TypicalSpeech.into(),
            title: format!("{division}典型发言单位"),
            received_on: "2024".into(),
            division: division.into(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let client = &mut world.oversight;
    Records {
        score: client.create_score(score).await.unwrap().into_inner().name,
        session: client
            .create_study_session(session)
            .await
            .unwrap()
            .into_inner()
            .name,
        honour: client
            .create_honour(honour)
            .await
            .unwrap()
            .into_inner()
            .name,
    }
}

async fn two_counties() -> (World, String, [Records; 2]) {
    let mut world = World::start().await;
    let rubric = CreateRubricRequest {
        rubric: Some(Rubric {
            year: 2024,
            title: "综合考评".into(),
            published_on: "2024-01".into(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let rubric = world.oversight.create_rubric(rubric).await;
    let rubric = rubric.unwrap().into_inner().name;
    let own = record(&mut world, &rubric, OWN).await;
    let other = record(&mut world, &rubric, OTHER).await;
    world.settle().await;
    (world, rubric, [own, other])
}

#[tokio::test]
async fn g02_every_table_is_guarded_and_no_county_reaches_another() {
    let (world, _, _) = two_counties().await;
    let tables = ["scores", "study_sessions", "honours", "facts"];
    rls::every_table_is_guarded(&world.t).await;
    rls::nobody_sees_anything(&world.t, &tables).await;
    rls::a_county_reaches_only_itself(&world.t, OWN, OTHER, &tables).await;
}

/// Every read of one record and of a list: how the clerk of `OWN` fares, and the leader.
macro_rules! only_own_is_found {
    ($world:ident, $records:ident, $record:ident, $get:ident($request:ident),
     $list:ident($all:expr) -> $field:ident) => {{
        let [own, other] = [&$records[0].$record, &$records[1].$record];
        let at = |role, division| OversightServiceClient::new($world.t.channel_as(role, division));
        let mut clerk = at("ROLE_COUNTY_CLERK", OWN);
        let mut leader = at("ROLE_LEADER", "410600");
        let request = |name: &String| $request { name: name.clone() };
        clerk.$get(request(own)).await.unwrap();
        let missed = clerk.$get(request(other)).await.unwrap_err();
        assert_eq!(missed.code(), Code::NotFound, stringify!($get));
        leader.$get(request(other)).await.unwrap();
        let seen = clerk.$list($all).await.unwrap().into_inner().$field;
        assert_eq!(seen.len(), 1, stringify!($list));
        assert_eq!(&seen[0].name, own);
        let all = leader.$list($all).await.unwrap().into_inner().$field;
        assert_eq!(all.len(), 2, stringify!($list));
    }};
}

#[tokio::test]
async fn v129_another_countys_records_are_not_found() {
    let (world, rubric, records) = two_counties().await;
    let scores = ListScoresRequest {
        parent: rubric,
        ..Default::default()
    };
    only_own_is_found!(world, records, score, get_score(GetScoreRequest),
        list_scores(scores.clone()) -> scores);
    only_own_is_found!(world, records, session, get_study_session(GetStudySessionRequest),
        list_study_sessions(ListStudySessionsRequest::default()) -> study_sessions);
    only_own_is_found!(world, records, honour, get_honour(GetHonourRequest),
        list_honours(ListHonoursRequest::default()) -> honours);
}

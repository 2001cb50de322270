//! 六进: six kinds, sessions told once or twice, dated or not.

use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::{Code, Status};

use crate::support::{Client, published, repeats, start, told};

const KINDS: [ev::SixEnter; 6] = [
    ev::SixEnter::ScenicArea,
    ev::SixEnter::Community,
    ev::SixEnter::Enterprise,
    ev::SixEnter::Campus,
    ev::SixEnter::Hospital,
    ev::SixEnter::Station,
];

async fn campaign(client: &mut Client) -> pb::SixEnterCampaign {
    let campaign = pb::SixEnterCampaign {
        title: "文化六进".into(),
        period: "2023-05/2023-10".into(),
        provenance: told("T20"),
        ..Default::default()
    };
    let request = pb::CreateSixEnterCampaignRequest {
        six_enter_campaign: Some(campaign),
        ..Default::default()
    };
    let created = client
        .create_six_enter_campaign(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        repeats(&client.create_six_enter_campaign(request).await.unwrap_err()),
        created.name
    );
    created
}

async fn session(
    client: &mut Client,
    parent: &str,
    kind: ev::SixEnter,
    on: &str,
) -> Result<pb::SixEnterSession, Status> {
    let session = pb::SixEnterSession {
        kind: kind.into(),
        held_on: on.into(),
        provenance: told("T20"),
        ..Default::default()
    };
    let request = pb::CreateSixEnterSessionRequest {
        parent: parent.into(),
        six_enter_session: Some(session),
        ..Default::default()
    };
    client
        .create_six_enter_session(request)
        .await
        .map(tonic::Response::into_inner)
}

#[tokio::test]
async fn p05_six_kinds_once_each_are_six_however_often_they_are_told() {
    let (service, mut client) = start().await;
    let campaign = campaign(&mut client).await;
    for kind in KINDS {
        let first = session(&mut client, &campaign.name, kind, "")
            .await
            .unwrap();
        assert!(
            first
                .name
                .starts_with(&format!("{}/sessions/", campaign.name))
        );
        assert_eq!(first.held_on, "");
        // Told again without a date, and told again with the campaign's period for a date.
        for on in ["", "2023-05/2023-10"] {
            let again = session(&mut client, &campaign.name, kind, on).await;
            assert_eq!(repeats(&again.unwrap_err()), first.name);
        }
        let get = pb::GetSixEnterSessionRequest {
            name: first.name.clone(),
        };
        assert_eq!(
            client
                .get_six_enter_session(get)
                .await
                .unwrap()
                .into_inner(),
            first
        );
    }
    let events = published::<ev::SixEnterSessionHeld>(&service).await;
    assert_eq!(events.len(), 6);
    assert!(
        events
            .iter()
            .all(|event| event.fact.as_ref().unwrap().on == "2023-05/2023-10")
    );
    let opened = published::<ev::SixEnterCampaignOpened>(&service).await;
    assert_eq!(
        (opened.len(), opened[0].fact.as_ref().unwrap().on.as_str()),
        (1, "2023-05/2023-10")
    );
    let campaigns = client
        .list_six_enter_campaigns(pb::ListSixEnterCampaignsRequest::default())
        .await
        .unwrap();
    assert_eq!(campaigns.into_inner().six_enter_campaigns, [campaign]);
}

#[tokio::test]
async fn v113_the_same_kind_on_another_date_is_another_session() {
    let (service, mut client) = start().await;
    let campaign = campaign(&mut client).await;
    for kind in KINDS {
        session(&mut client, &campaign.name, kind, "")
            .await
            .unwrap();
    }
    let seventh = session(
        &mut client,
        &campaign.name,
        ev::SixEnter::Community,
        "2023-06-08",
    )
    .await
    .unwrap();
    let again = session(
        &mut client,
        &campaign.name,
        ev::SixEnter::Community,
        "2023-06-08",
    )
    .await;
    assert_eq!(repeats(&again.unwrap_err()), seventh.name);

    for parent in [campaign.name.as_str(), "sixEnterCampaigns/-"] {
        let request = pb::ListSixEnterSessionsRequest {
            parent: parent.into(),
            ..Default::default()
        };
        let sessions = client
            .list_six_enter_sessions(request)
            .await
            .unwrap()
            .into_inner()
            .six_enter_sessions;
        let kinds: std::collections::BTreeSet<i32> =
            sessions.iter().map(|session| session.kind).collect();
        assert_eq!((sessions.len(), kinds.len()), (7, 6));
    }
    let events = published::<ev::SixEnterSessionHeld>(&service).await;
    assert_eq!(events[6].fact.as_ref().unwrap().on, "2023-06-08");
}

#[tokio::test]
async fn a_session_needs_its_campaign() {
    let (_service, mut client) = start().await;
    let ghost = "sixEnterCampaigns/01890000-0000-7000-8000-000000000000";
    let status = session(&mut client, ghost, ev::SixEnter::Campus, "")
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = session(&mut client, "", ev::SixEnter::Campus, "")
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}

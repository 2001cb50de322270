//! Which rows exist for whom: enforced by the database, seen through the API.

use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use jianyi_testkit::{TestService, rls};
use tonic::Code;

use crate::support::{Client, client_as, create_item, item, outlet, start};

const OWN: &str = "410611";
const OTHER: &str = "410621";

/// Names of one record of each kind.
struct Records {
    media_item: String,
    event: String,
    venue: String,
    carrier: String,
    session: String,
}

async fn record(
    client: &mut Client,
    campaign: &str,
    paper: &pb::Outlet,
    division: &str,
) -> Records {
    let written = pb::MediaItem {
        division: division.into(),
        ..item(paper, division, "2023")
    };
    let event = pb::Event {
        kind: ev::EventKind::ArmyDayEducation.into(),
        title: "座谈会".into(),
        held_on: "2023-08-01".into(),
        division: division.into(),
        ..Default::default()
    };
    let venue = pb::Venue {
        title: format!("{division}书屋"),
        opened_on: "2023".into(),
        division: division.into(),
        ..Default::default()
    };
    let carrier = pb::Carrier {
        title: format!("{division}雕塑"),
        kind: ev::CarrierKind::Screen.into(),
        division: division.into(),
        ..Default::default()
    };
    let session = pb::SixEnterSession {
        kind: ev::SixEnter::Campus.into(),
        // A campaign goes into one kind of place once a day, wherever that is.
        held_on: if division == OWN {
            "2023-05-05"
        } else {
            "2023-05-06"
        }
        .into(),
        division: division.into(),
        ..Default::default()
    };
    Records {
        media_item: create_item(client, written).await.unwrap().name,
        event: client
            .create_event(pb::CreateEventRequest {
                event: Some(event),
                ..Default::default()
            })
            .await
            .unwrap()
            .into_inner()
            .name,
        venue: client
            .create_venue(pb::CreateVenueRequest {
                venue: Some(venue),
                ..Default::default()
            })
            .await
            .unwrap()
            .into_inner()
            .name,
        carrier: client
            .create_carrier(pb::CreateCarrierRequest {
                carrier: Some(carrier),
                ..Default::default()
            })
            .await
            .unwrap()
            .into_inner()
            .name,
        session: client
            .create_six_enter_session(pb::CreateSixEnterSessionRequest {
                parent: campaign.into(),
                six_enter_session: Some(session),
                ..Default::default()
            })
            .await
            .unwrap()
            .into_inner()
            .name,
    }
}

async fn two_counties() -> (TestService, String, [Records; 2]) {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let campaign = pb::CreateSixEnterCampaignRequest {
        six_enter_campaign: Some(pb::SixEnterCampaign {
            title: "文化六进".into(),
            period: "2023".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let campaign = client.create_six_enter_campaign(campaign).await;
    let campaign = campaign.unwrap().into_inner().name;
    let own = record(&mut client, &campaign, &paper, OWN).await;
    let other = record(&mut client, &campaign, &paper, OTHER).await;
    (service, campaign, [own, other])
}

#[tokio::test]
async fn g02_every_table_is_guarded_and_no_county_reaches_another() {
    let (service, _, _) = two_counties().await;
    let tables = [
        "media_items",
        "events",
        "venues",
        "carriers",
        "six_enter_sessions",
    ];
    rls::every_table_is_guarded(&service).await;
    rls::nobody_sees_anything(&service, &tables).await;
    rls::a_county_reaches_only_itself(&service, OWN, OTHER, &tables).await;
}

/// Every read of one record: how the clerk of `OWN` fares with both, and the leader with the other.
macro_rules! only_own_is_found {
    ($service:ident, $records:ident, $($method:ident($request:ident, $record:ident)),+) => {
        $(
            let [own, other] = [&$records[0].$record, &$records[1].$record];
            let mut clerk = Client::new($service.channel_as("ROLE_COUNTY_CLERK", OWN));
            let request = |name: &String| pb::$request { name: name.clone() };
            clerk.$method(request(own)).await.unwrap();
            let missed = clerk.$method(request(other)).await.unwrap_err();
            assert_eq!(missed.code(), Code::NotFound, stringify!($method));
            client_as(&$service, "ROLE_LEADER").$method(request(other)).await.unwrap();
        )+
    };
}

#[tokio::test]
async fn v129_another_countys_records_are_not_found() {
    let (service, _, records) = two_counties().await;
    only_own_is_found!(
        service,
        records,
        get_media_item(GetMediaItemRequest, media_item),
        get_event(GetEventRequest, event),
        get_venue(GetVenueRequest, venue),
        get_carrier(GetCarrierRequest, carrier),
        get_six_enter_session(GetSixEnterSessionRequest, session)
    );
}

/// How many a clerk of `OWN` and a leader see of each list.
macro_rules! lists {
    ($service:ident, $campaign:ident, $($method:ident($request:ident $(, $parent:ident)?) -> $field:ident),+) => {
        $({
            let request = pb::$request { $($parent: $campaign.clone(),)? ..Default::default() };
            let mut clerk = Client::new($service.channel_as("ROLE_COUNTY_CLERK", OWN));
            let own = clerk.$method(request.clone()).await.unwrap().into_inner();
            assert_eq!(own.$field.len(), 1, stringify!($method));
            assert_eq!(own.$field[0].division, OWN);
            let all = client_as(&$service, "ROLE_LEADER").$method(request).await.unwrap();
            assert_eq!(all.into_inner().$field.len(), 2, stringify!($method));
        })+
    };
}

#[tokio::test]
async fn g02_a_clerk_lists_the_own_county_and_the_city_all() {
    let (service, campaign, _) = two_counties().await;
    lists!(
        service,
        campaign,
        list_media_items(ListMediaItemsRequest) -> media_items,
        list_events(ListEventsRequest) -> events,
        list_venues(ListVenuesRequest) -> venues,
        list_carriers(ListCarriersRequest) -> carriers,
        list_six_enter_sessions(ListSixEnterSessionsRequest, parent) -> six_enter_sessions
    );
}

//! The division table as seeded.

use jianyi_proto::member::v1::{
    DivisionKind, DivisionLevel, GetDivisionRequest, ListDivisionsRequest,
};
use tonic::Code;

use crate::support::{Client, as_role, county, refusal};

async fn codes(client: &mut Client, request: ListDivisionsRequest) -> Vec<String> {
    let listed = client.list_divisions(request).await.unwrap().into_inner();
    listed
        .divisions
        .into_iter()
        .map(|division| division.code)
        .collect()
}

#[tokio::test]
async fn m04_the_development_zone_is_statistical_and_absent_from_the_national_list() {
    let (service, mut client) = county().await;
    let zone = GetDivisionRequest {
        name: "divisions/410671".into(),
        as_of: String::new(),
    };
    let zone = client.get_division(zone).await.unwrap().into_inner();
    assert_eq!(
        (zone.kind(), zone.parent.as_str()),
        (DivisionKind::Statistical, "divisions/410600")
    );
    assert_eq!(zone.display_name, "鹤壁经济技术开发区");

    let counties = ListDivisionsRequest {
        parent: "divisions/410600".into(),
        ..ListDivisionsRequest::default()
    };
    let national = ListDivisionsRequest {
        kind: DivisionKind::Gbt2260.into(),
        ..counties.clone()
    };
    assert_eq!(
        codes(&mut client, national).await,
        ["410602", "410603", "410611", "410621", "410622"]
    );
    let statistical = ListDivisionsRequest {
        kind: DivisionKind::Statistical.into(),
        ..counties
    };
    assert_eq!(codes(&mut client, statistical).await, ["410671"]);

    // Anybody with a role of ours may look codes up.
    let mut liaison = as_role(&service, "ROLE_LIAISON_OFFICER");
    assert_eq!(
        codes(&mut liaison, ListDivisionsRequest::default())
            .await
            .len(),
        50
    );
    let unknown = GetDivisionRequest {
        name: "divisions/410699".into(),
        as_of: String::new(),
    };
    assert_eq!(
        refusal(client.get_division(unknown).await).0,
        Code::NotFound
    );
}

#[tokio::test]
async fn m03_there_are_48_townships_in_pages_by_code() {
    let (_service, mut client) = county().await;
    let mut request = ListDivisionsRequest {
        level: DivisionLevel::Township.into(),
        page_size: 20,
        ..ListDivisionsRequest::default()
    };
    let mut found = Vec::new();
    loop {
        let page = client
            .list_divisions(request.clone())
            .await
            .unwrap()
            .into_inner();
        found.extend(page.divisions.into_iter().map(|division| division.code));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(found.len(), 48);
    assert!(found.is_sorted());
    for (county, townships) in [
        ("410602", 7),
        ("410603", 8),
        ("410611", 10),
        ("410621", 11),
        ("410622", 9),
        ("410671", 3),
    ] {
        assert_eq!(
            found.iter().filter(|code| code.starts_with(county)).count(),
            townships,
            "{county}"
        );
    }
}

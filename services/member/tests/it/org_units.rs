//! The organisation tree and its history.

use jianyi_proto::member::events::v1::{
    OrgUnitClosed, OrgUnitKind, OrgUnitOpened, OrgUnitRenamed, VolunteerTier,
};
use jianyi_proto::member::v1::{
    CloseOrgUnitRequest, GetOrgUnitRequest, ListOrgUnitsRequest, OrgUnit, RenameOrgUnitRequest,
};
use tonic::Code;

use crate::support::{
    Client, QIBIN, county, existing, new_unit, published, refusal, source, unit, violations,
};

async fn station(client: &mut Client) -> (OrgUnit, OrgUnit) {
    let association = new_unit(OrgUnitKind::CountyAssociation, "淇滨区见义勇为协会", "", "");
    let association = unit(client, association).await.unwrap();
    let station = OrgUnit {
        opened_on: "2024-01".into(),
        provenance: source("S08"),
        ..new_unit(
            OrgUnitKind::Station,
            "金山街道见义勇为工作站",
            &association.name,
            "410611001",
        )
    };
    let station = unit(client, station).await.unwrap();
    (association, station)
}

fn rename(name: &str, display_name: &str, effective_on: &str) -> RenameOrgUnitRequest {
    RenameOrgUnitRequest {
        name: name.into(),
        display_name: display_name.into(),
        effective_on: effective_on.into(),
        ..RenameOrgUnitRequest::default()
    }
}

async fn name_on(client: &mut Client, name: &str, as_of: &str) -> String {
    let request = GetOrgUnitRequest {
        name: name.into(),
        as_of: as_of.into(),
    };
    client
        .get_org_unit(request)
        .await
        .unwrap()
        .into_inner()
        .display_name
}

async fn listed(client: &mut Client, request: ListOrgUnitsRequest) -> Vec<String> {
    let request = ListOrgUnitsRequest {
        parent: QIBIN.into(),
        ..request
    };
    let units = client
        .list_org_units(request)
        .await
        .unwrap()
        .into_inner()
        .org_units;
    units.into_iter().map(|unit| unit.display_name).collect()
}

#[tokio::test]
async fn m01_a_renamed_station_keeps_its_former_name_before_the_day() {
    let (service, mut client) = county().await;
    let (_, station) = station(&mut client).await;
    let renamed = client
        .rename_org_unit(rename(&station.name, "黎明见义勇为工作站", "2024-07-01"))
        .await
        .unwrap();
    assert_eq!(renamed.into_inner().etag, "2");

    assert_eq!(
        name_on(&mut client, &station.name, "2024-06-30").await,
        "金山街道见义勇为工作站"
    );
    assert_eq!(
        name_on(&mut client, &station.name, "2024-07-01").await,
        "黎明见义勇为工作站"
    );
    assert_eq!(
        name_on(&mut client, &station.name, "2024-07-02").await,
        "黎明见义勇为工作站"
    );
    let on = |as_of: &str| ListOrgUnitsRequest {
        kind: OrgUnitKind::Station.into(),
        as_of: as_of.into(),
        ..ListOrgUnitsRequest::default()
    };
    assert_eq!(
        listed(&mut client, on("2024-06-30")).await,
        ["金山街道见义勇为工作站"]
    );
    assert_eq!(
        listed(&mut client, on("2024-07-02")).await,
        ["黎明见义勇为工作站"]
    );
    assert!(
        listed(&mut client, on("2023-12-31")).await.is_empty(),
        "it was not there yet"
    );

    let again = client
        .rename_org_unit(rename(&station.name, "三", "2024-06-01"))
        .await;
    assert_eq!(
        refusal(again),
        (Code::FailedPrecondition, "RENAME_OUT_OF_ORDER".into())
    );
    let stale = RenameOrgUnitRequest {
        etag: "1".into(),
        ..rename(&station.name, "三", "2024-08-01")
    };
    assert_eq!(
        refusal(client.rename_org_unit(stale).await).0,
        Code::Aborted
    );

    let (event, version) = published::<OrgUnitRenamed>(&service).await.remove(0);
    let fact = event.fact.unwrap();
    assert_eq!(
        (event.org_unit, version, fact.on.as_str()),
        (station.name, 2, "2024-07-01")
    );
}

#[tokio::test]
async fn m01_units_open_in_their_place_and_close_from_below() {
    let (service, mut client) = county().await;
    let (association, station) = station(&mut client).await;
    let room = new_unit(
        OrgUnitKind::LiaisonRoom,
        "阳光社区见义勇为联络室",
        &station.name,
        "410611001",
    );
    let room = unit(
        &mut client,
        OrgUnit {
            pilot: true,
            ..room
        },
    )
    .await
    .unwrap();
    let close = |name: &str| CloseOrgUnitRequest {
        name: name.into(),
        closed_on: "2024-10-01".into(),
        ..CloseOrgUnitRequest::default()
    };
    let early = client.close_org_unit(close(&station.name)).await;
    assert_eq!(
        refusal(early),
        (Code::FailedPrecondition, "OPEN_UNITS_BELOW".into())
    );
    client.close_org_unit(close(&room.name)).await.unwrap();
    client.close_org_unit(close(&station.name)).await.unwrap();
    let twice = client.close_org_unit(close(&station.name)).await;
    assert_eq!(
        refusal(twice),
        (Code::FailedPrecondition, "ORG_UNIT_CLOSED".into())
    );

    let under = |as_of: &str| ListOrgUnitsRequest {
        parent_unit: association.name.clone(),
        as_of: as_of.into(),
        ..ListOrgUnitsRequest::default()
    };
    assert_eq!(listed(&mut client, under("2024-09-30")).await.len(), 1);
    assert!(listed(&mut client, under("2024-10-01")).await.is_empty());

    let opened = published::<OrgUnitOpened>(&service).await;
    assert_eq!(opened.len(), 3);
    let (event, version) = &opened[1];
    assert_eq!(
        (event.kind(), event.parent.as_str(), *version),
        (OrgUnitKind::Station, association.name.as_str(), 1)
    );
    let fact = event.fact.as_ref().unwrap();
    assert_eq!(
        (
            fact.division.as_str(),
            fact.on.as_str(),
            fact.sources.as_slice()
        ),
        ("410611", "2024-01", &["S08".to_owned()][..])
    );
    assert!(opened[2].0.pilot);
    let closed = published::<OrgUnitClosed>(&service).await;
    assert_eq!(
        closed
            .iter()
            .map(|(_, version)| *version)
            .collect::<Vec<_>>(),
        [2, 2]
    );
    let dump: String = service
        .outbox()
        .await
        .iter()
        .map(|row| String::from_utf8_lossy(&row.data).into_owned())
        .collect();
    assert!(!dump.contains("工作站"), "names of units stay here");
}

#[tokio::test]
async fn m02_the_hero_studio_of_the_district_counts_once() {
    let (_service, mut client) = county().await;
    let studio = || OrgUnit {
        provenance: source("S09"),
        ..new_unit(
            OrgUnitKind::HeroStudio,
            "淇滨区见义勇为英模工作室",
            "",
            "410611",
        )
    };
    let first = unit(&mut client, studio()).await.unwrap();
    assert_eq!(first.opened_on, "", "not stated, not invented");
    assert_eq!(existing(unit(&mut client, studio()).await), first.name);
    let studios = ListOrgUnitsRequest {
        kind: OrgUnitKind::HeroStudio.into(),
        ..ListOrgUnitsRequest::default()
    };
    assert_eq!(
        listed(&mut client, studios).await,
        ["淇滨区见义勇为英模工作室"]
    );
}

#[tokio::test]
async fn m11_teams_and_rescue_organisations_have_the_level_of_their_kind() {
    let (_service, mut client) = county().await;
    let team = unit(
        &mut client,
        new_unit(OrgUnitKind::VolunteerTeam, "淇滨义警", "", ""),
    )
    .await
    .unwrap();
    assert_eq!(
        (team.tier(), team.division.as_str()),
        (VolunteerTier::Patrol, "410611")
    );
    for n in 1..=14 {
        let name = format!("救援组织{n}");
        unit(
            &mut client,
            new_unit(OrgUnitKind::RescueOrganisation, &name, "", ""),
        )
        .await
        .unwrap();
    }
    let rescue = ListOrgUnitsRequest {
        tier: VolunteerTier::Rescue.into(),
        ..ListOrgUnitsRequest::default()
    };
    assert_eq!(listed(&mut client, rescue).await.len(), 14);
}

#[tokio::test]
async fn v13_everything_wrong_with_a_unit_is_said_at_once() {
    let (_service, mut client) = county().await;
    let bad = OrgUnit {
        division: "410621".into(),
        tier: VolunteerTier::Rescue.into(),
        uscc: "91350100I000100Y43".into(),
        opened_on: "去年".into(),
        ..new_unit(OrgUnitKind::VolunteerTeam, " ", "", "")
    };
    let found = violations(unit(&mut client, bad).await);
    let found: Vec<_> = found
        .iter()
        .map(|(field, reason)| (field.as_str(), reason.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("org_unit.display_name", "REQUIRED"),
            ("org_unit.division", "DIVISION_OUTSIDE"),
            ("org_unit.tier", "TIER_MISMATCH"),
            ("org_unit.uscc", "USCC_CHARACTER"),
            ("org_unit.opened_on", "DATE_MALFORMED"),
        ]
    );
    let nowhere = new_unit(OrgUnitKind::VolunteerTeam, "x队", "", "410611999");
    assert_eq!(
        violations(unit(&mut client, nowhere).await)[0].1,
        "DIVISION_UNKNOWN"
    );
    let lost = new_unit(OrgUnitKind::Station, "无上级工作站", "", "410611001");
    assert_eq!(
        refusal(unit(&mut client, lost).await),
        (Code::FailedPrecondition, "PARENT_REQUIRED".into())
    );
}

#[tokio::test]
async fn m06_a_social_credit_code_belongs_to_one_unit() {
    let (_service, mut client) = county().await;
    let with_code = |name: &str, uscc: &str| OrgUnit {
        uscc: uscc.into(),
        ..new_unit(OrgUnitKind::RescueOrganisation, name, "", "")
    };
    let first = unit(&mut client, with_code("蓝天救援队", "52410611mjf123453x"))
        .await
        .unwrap();
    assert_eq!(first.uscc, "52410611MJF123453X");
    let second = with_code("另一救援队", "52410611MJF123453X");
    assert_eq!(existing(unit(&mut client, second).await), first.name);
    // A name that was given up is still the unit's: the same source read again must find it.
    client
        .rename_org_unit(rename(&first.name, "蓝天应急救援队", "2024-07-01"))
        .await
        .unwrap();
    for name in ["蓝天救援队", "蓝天应急救援队"] {
        assert_eq!(
            existing(unit(&mut client, with_code(name, "")).await),
            first.name
        );
    }
}

#[tokio::test]
async fn m01_two_units_cannot_take_one_name_even_at_the_same_time() {
    let (service, mut client) = county().await;
    let mut units = Vec::new();
    for n in 1..=6 {
        let name = format!("第{n}支队");
        units.push(
            unit(
                &mut client,
                new_unit(OrgUnitKind::VolunteerTeam, &name, "", ""),
            )
            .await
            .unwrap(),
        );
    }
    let calls = units.iter().map(|unit| {
        let mut client = client.clone();
        let request = rename(&unit.name, "淇滨义警", "2024-07-01");
        async move { client.rename_org_unit(request).await }
    });
    let results = futures::future::join_all(calls).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for status in results.into_iter().filter_map(Result::err) {
        // Found to exist, or told to ask again and find so.
        assert!(
            matches!(status.code(), Code::AlreadyExists | Code::ResourceExhausted),
            "{status:?}"
        );
    }
    let first = client
        .rename_org_unit(rename(&units[0].name, "第2支队", "2024-08-01"))
        .await;
    assert_eq!(existing(first), units[1].name);
    assert_eq!(published::<OrgUnitRenamed>(&service).await.len(), 1);
}

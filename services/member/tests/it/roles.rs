//! Roles of people, and how many volunteers there are on a day.

use jianyi_proto::member::events::v1::{
    OrgUnitKind, RoleEnded, RoleKind, RoleStarted, VolunteerTier,
};
use jianyi_proto::member::v1::{
    CountVolunteersRequest, CreateRoleAssignmentRequest, EndRoleRequest, GetRoleAssignmentRequest,
    LiaisonDomain, ListRoleAssignmentsRequest, RoleAssignment,
};
use tonic::{Code, Status};

use crate::support::{
    Client, QIBIN, county, existing, new_person, new_unit, person, published, refusal, unit,
    violations,
};

async fn assign(client: &mut Client, role: RoleAssignment) -> Result<RoleAssignment, Status> {
    let request = CreateRoleAssignmentRequest {
        parent: QIBIN.into(),
        role_assignment: Some(role),
        request_id: String::new(),
    };
    client
        .create_role_assignment(request)
        .await
        .map(tonic::Response::into_inner)
}

fn role(kind: RoleKind, person: &str, org_unit: &str) -> RoleAssignment {
    RoleAssignment {
        kind: kind.into(),
        person: person.into(),
        org_unit: org_unit.into(),
        from_day: "2024-01-01".into(),
        ..RoleAssignment::default()
    }
}

async fn volunteers(client: &mut Client, as_of: &str, tier: VolunteerTier) -> (i64, i64) {
    let request = CountVolunteersRequest {
        parent: QIBIN.into(),
        as_of: as_of.into(),
        tier: tier.into(),
    };
    let counted = client.count_volunteers(request).await.unwrap().into_inner();
    (counted.recorded_persons, counted.recorded_roles)
}

async fn setting(client: &mut Client) -> (String, String, String, String) {
    let team = unit(
        client,
        new_unit(OrgUnitKind::VolunteerTeam, "淇滨义警", "", ""),
    )
    .await
    .unwrap();
    let rescue = unit(
        client,
        new_unit(OrgUnitKind::RescueOrganisation, "蓝天救援队", "", ""),
    )
    .await
    .unwrap();
    let zhang = person(client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let wang = person(client, new_person("王大力", "410602198402290038"))
        .await
        .unwrap();
    (team.name, rescue.name, zhang.name, wang.name)
}

#[tokio::test]
async fn m12_v17_a_person_in_two_teams_counts_once() {
    let (service, mut client) = county().await;
    let (team, rescue, zhang, wang) = setting(&mut client).await;
    let first = assign(&mut client, role(RoleKind::Volunteer, &zhang, &team))
        .await
        .unwrap();
    assert_eq!(
        first.tier(),
        VolunteerTier::Patrol,
        "the level is the team's"
    );
    assign(&mut client, role(RoleKind::Volunteer, &zhang, &rescue))
        .await
        .unwrap();
    assign(&mut client, role(RoleKind::Volunteer, &wang, &rescue))
        .await
        .unwrap();
    assign(&mut client, role(RoleKind::Staff, &wang, &team))
        .await
        .unwrap();
    assert_eq!(
        volunteers(&mut client, "", VolunteerTier::Unspecified).await,
        (2, 3)
    );
    assert_eq!(
        volunteers(&mut client, "", VolunteerTier::Patrol).await,
        (1, 1)
    );
    assert_eq!(
        volunteers(&mut client, "", VolunteerTier::Rescue).await,
        (2, 2)
    );
    assert_eq!(
        volunteers(&mut client, "2023-12-31", VolunteerTier::Unspecified).await,
        (0, 0)
    );
    assert_eq!(
        existing(assign(&mut client, role(RoleKind::Volunteer, &zhang, &team)).await),
        first.name
    );

    let started = published::<RoleStarted>(&service).await;
    assert_eq!(started.len(), 4);
    let (event, version) = &started[0];
    assert_eq!(
        (event.role.as_str(), event.person.as_str(), *version),
        (first.name.as_str(), zhang.as_str(), 1)
    );
    assert_eq!(
        (event.kind(), event.tier()),
        (RoleKind::Volunteer, VolunteerTier::Patrol)
    );
    assert_eq!(event.fact.as_ref().unwrap().on, "2024-01-01");
}

#[tokio::test]
async fn v18_a_volunteer_counts_on_the_last_day_and_not_on_the_next() {
    let (service, mut client) = county().await;
    let (team, _, zhang, _) = setting(&mut client).await;
    let held = assign(&mut client, role(RoleKind::Volunteer, &zhang, &team))
        .await
        .unwrap();
    let end = EndRoleRequest {
        name: held.name.clone(),
        last_day: "2024-12-31".into(),
        etag: "1".into(),
        ..EndRoleRequest::default()
    };
    let ended = client.end_role(end.clone()).await.unwrap().into_inner();
    assert_eq!(
        (ended.to_day.as_str(), ended.etag.as_str()),
        ("2025-01-01", "2")
    );
    assert_eq!(
        volunteers(&mut client, "2024-12-31", VolunteerTier::Unspecified).await,
        (1, 1)
    );
    assert_eq!(
        volunteers(&mut client, "2025-01-01", VolunteerTier::Unspecified).await,
        (0, 0)
    );
    let again = EndRoleRequest {
        etag: String::new(),
        ..end
    };
    assert_eq!(
        refusal(client.end_role(again).await),
        (Code::FailedPrecondition, "ROLE_ENDED".into())
    );

    let (event, version) = published::<RoleEnded>(&service).await.remove(0);
    assert_eq!(
        (event.role, version, event.fact.unwrap().on),
        (held.name, 2, "2025-01-01".into())
    );
}

#[tokio::test]
async fn m09_liaison_officers_are_found_by_domain() {
    let (_service, mut client) = county().await;
    let (team, _, zhang, wang) = setting(&mut client).await;
    let officer = |person: &str, domain: LiaisonDomain| RoleAssignment {
        domain: domain.into(),
        ..role(RoleKind::LiaisonOfficer, person, &team)
    };
    let enterprise = assign(&mut client, officer(&zhang, LiaisonDomain::Enterprise))
        .await
        .unwrap();
    assign(&mut client, officer(&wang, LiaisonDomain::VillageCommunity))
        .await
        .unwrap();
    let filter = ListRoleAssignmentsRequest {
        parent: QIBIN.into(),
        domain: LiaisonDomain::Enterprise.into(),
        ..ListRoleAssignmentsRequest::default()
    };
    let found = client
        .list_role_assignments(filter)
        .await
        .unwrap()
        .into_inner()
        .role_assignments;
    assert_eq!(found, [enterprise]);

    let missing = assign(&mut client, officer(&zhang, LiaisonDomain::Unspecified)).await;
    assert_eq!(
        violations(missing),
        [("role_assignment.domain".to_owned(), "REQUIRED".to_owned())]
    );
    let extra = RoleAssignment {
        domain: LiaisonDomain::Industry.into(),
        ..role(RoleKind::Staff, &zhang, &team)
    };
    assert_eq!(
        violations(assign(&mut client, extra).await)[0].1,
        "DOMAIN_UNEXPECTED"
    );
    let other = RoleAssignment {
        tier: VolunteerTier::Rescue.into(),
        ..role(RoleKind::Volunteer, &zhang, &team)
    };
    assert_eq!(
        refusal(assign(&mut client, other).await),
        (Code::FailedPrecondition, "TIER_MISMATCH".into())
    );
    let nobody = format!("{QIBIN}/people/01890000-0000-7000-8000-000000000000");
    assert_eq!(
        refusal(assign(&mut client, role(RoleKind::Staff, &nobody, &team)).await).0,
        Code::NotFound
    );
}

#[tokio::test]
async fn titles_are_dated_and_unknown_days_stay_unknown() {
    let (service, mut client) = county().await;
    let (team, _, zhang, _) = setting(&mut client).await;
    let chair = RoleAssignment {
        title: "会长".into(),
        from_day: String::new(),
        to_day: "2024-05-01".into(),
        ..role(RoleKind::Staff, &zhang, &team)
    };
    let chair = assign(&mut client, chair).await.unwrap();
    assert_eq!(
        (
            chair.from_day.as_str(),
            chair.to_day.as_str(),
            chair.etag.as_str()
        ),
        ("", "2024-05-01", "2")
    );
    let read = GetRoleAssignmentRequest {
        name: chair.name.clone(),
    };
    assert_eq!(
        client.get_role_assignment(read).await.unwrap().into_inner(),
        chair
    );
    assert_eq!(
        published::<RoleStarted>(&service).await[0]
            .0
            .fact
            .as_ref()
            .unwrap()
            .on,
        ""
    );
    assert_eq!(published::<RoleEnded>(&service).await[0].1, 2);
    let unknown_again = RoleAssignment {
        from_day: String::new(),
        ..role(RoleKind::Staff, &zhang, &team)
    };
    assert_eq!(
        existing(assign(&mut client, unknown_again).await),
        chair.name
    );
}

//! One county, one instance: other counties are refused, and repeats are answered, not done again.

use jianyi_member::spec;
use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::{
    CreateHeroRequest, CreateOrgUnitRequest, CreatePersonRequest, EndRoleRequest, GetPersonRequest,
    ListPeopleRequest, OrgUnit, RevokeHeroRequest,
};
use tonic::Code;

use crate::support::{
    QIBIN, county, county_of, existing, new_person, new_unit, person, refusal, unit, violations,
};

const ELSEWHERE: &str = "counties/410621";
const ID: &str = "01890000-0000-7000-8000-000000000000";

#[tokio::test]
async fn m01_writes_for_another_county_are_refused_and_reads_find_nothing() {
    let (service, mut client) = county().await;
    let wrong = (Code::FailedPrecondition, "WRONG_DIVISION".to_owned());
    let request = CreatePersonRequest {
        parent: ELSEWHERE.into(),
        person: Some(new_person("张小明", "41061119900101018X")),
        request_id: "one".into(),
    };
    assert_eq!(refusal(client.create_person(request).await), wrong);
    let request = CreateOrgUnitRequest {
        parent: "counties/410600".into(),
        ..CreateOrgUnitRequest::default()
    };
    assert_eq!(refusal(client.create_org_unit(request).await), wrong);
    let request = CreateHeroRequest {
        parent: ELSEWHERE.into(),
        ..CreateHeroRequest::default()
    };
    assert_eq!(refusal(client.create_hero(request).await), wrong);
    let request = EndRoleRequest {
        name: format!("{ELSEWHERE}/roles/{ID}"),
        ..EndRoleRequest::default()
    };
    assert_eq!(refusal(client.end_role(request).await), wrong);
    let request = RevokeHeroRequest {
        name: format!("{ELSEWHERE}/heroes/{ID}"),
        ..RevokeHeroRequest::default()
    };
    assert_eq!(refusal(client.revoke_hero(request).await), wrong);

    let request = GetPersonRequest {
        name: format!("{ELSEWHERE}/people/{ID}"),
    };
    assert_eq!(refusal(client.get_person(request).await).0, Code::NotFound);
    let request = ListPeopleRequest {
        parent: ELSEWHERE.into(),
        ..ListPeopleRequest::default()
    };
    assert_eq!(refusal(client.list_people(request).await).0, Code::NotFound);
    assert!(service.outbox().await.is_empty());
}

#[tokio::test]
async fn m01_the_citys_association_stands_above_those_of_the_counties() {
    let (_city, mut city) = county_of("410600").await;
    let request = CreateOrgUnitRequest {
        parent: "counties/410600".into(),
        org_unit: Some(new_unit(
            OrgUnitKind::CityAssociation,
            "鹤壁市见义勇为协会",
            "",
            "",
        )),
        request_id: String::new(),
    };
    let association = city.create_org_unit(request).await.unwrap().into_inner();
    let (_county, mut client) = county().await;
    let below = new_unit(
        OrgUnitKind::CountyAssociation,
        "淇滨区见义勇为协会",
        &association.name,
        "",
    );
    assert_eq!(
        unit(&mut client, below).await.unwrap().parent_unit,
        association.name
    );
    let elsewhere = format!("{ELSEWHERE}/orgUnits/{ID}");
    let below = OrgUnit {
        parent_unit: elsewhere,
        ..new_unit(OrgUnitKind::VolunteerTeam, "x队", "", "")
    };
    assert_eq!(
        violations(unit(&mut client, below).await)[0].1,
        "REFERENCE_OTHER_COUNTY"
    );
}

#[tokio::test]
async fn p_a_repeated_request_gets_the_same_answer_and_has_one_effect() {
    let (service, mut client) = county().await;
    let request = |full_name: &str| CreatePersonRequest {
        parent: QIBIN.into(),
        person: Some(new_person(full_name, "41061119900101018X")),
        request_id: "load-1".into(),
    };
    let first = client
        .create_person(request("张小明"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .create_person(request("张小明"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    assert_eq!(service.outbox().await.len(), 1);
    let reused = client.create_person(request("王大力")).await;
    assert_eq!(
        violations(reused),
        [("request_id".to_owned(), "REQUEST_ID_REUSED".to_owned())]
    );
    // Without the key, the natural key still holds.
    let third = person(&mut client, new_person("张小明", "41061119900101018X")).await;
    assert_eq!(existing(third), first.name);
}

#[tokio::test]
async fn a_database_serves_one_county_for_good() {
    let (service, _client) = county().await;
    let prepare = spec().prepare.expect("claims the database");
    prepare(service.parts().clone())
        .await
        .expect("its own county again");
    let mut parts = service.parts().clone();
    parts.division = Some(jianyi_kernel::Division::parse("division", "410621").unwrap());
    let refused = prepare(parts.clone()).await.unwrap_err();
    assert!(
        matches!(&refused, jianyi_kernel::Fault::Internal(source) if source.to_string().contains("410611"))
    );
    parts.division = None;
    assert!(prepare(parts).await.is_err());
}

//! Words that the stories share: a county at work, and what was wrong.

use jianyi_proto::api::v1::Provenance;
use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{
    CreateHeroRequest, CreateOrgUnitRequest, CreatePersonRequest, Hero, OrgUnit, Person,
};
use jianyi_testkit::{TestChannel, TestService};
use prost::{Message, Name};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub(crate) const QIBIN: &str = "counties/410611";

pub(crate) type Client = MemberServiceClient<TestChannel>;

/// 淇滨区's service, and its administrator.
pub(crate) async fn county() -> (TestService, Client) {
    county_of("410611").await
}

pub(crate) async fn county_of(code: &str) -> (TestService, Client) {
    let service = TestService::start(jianyi_member::spec(), Some(code)).await;
    let client = MemberServiceClient::new(service.channel());
    (service, client)
}

pub(crate) fn as_role(service: &TestService, role: &str) -> Client {
    MemberServiceClient::new(service.channel_as(role, "410611"))
}

/// A township station of 淇滨区.
pub(crate) fn at_township(service: &TestService, code: &str) -> Client {
    MemberServiceClient::new(service.channel_as("ROLE_TOWNSHIP_STATION", code))
}

/// A volunteer team under a county association of its own.
pub(crate) async fn team(client: &mut Client, display_name: &str) -> String {
    let team = new_unit(OrgUnitKind::VolunteerTeam, display_name, "", "");
    unit(client, team).await.unwrap().name
}

pub(crate) fn source(code: &str) -> Option<Provenance> {
    Some(Provenance {
        sources: vec![code.into()],
        locations: Vec::new(),
    })
}

pub(crate) async fn unit(client: &mut Client, unit: OrgUnit) -> Result<OrgUnit, Status> {
    let request = CreateOrgUnitRequest {
        parent: QIBIN.into(),
        org_unit: Some(unit),
        request_id: String::new(),
    };
    client
        .create_org_unit(request)
        .await
        .map(tonic::Response::into_inner)
}

pub(crate) fn new_unit(
    kind: OrgUnitKind,
    display_name: &str,
    above: &str,
    division: &str,
) -> OrgUnit {
    OrgUnit {
        kind: kind.into(),
        display_name: display_name.into(),
        parent_unit: above.into(),
        division: division.into(),
        ..OrgUnit::default()
    }
}

pub(crate) async fn person(client: &mut Client, person: Person) -> Result<Person, Status> {
    let request = CreatePersonRequest {
        parent: QIBIN.into(),
        person: Some(person),
        request_id: String::new(),
    };
    client
        .create_person(request)
        .await
        .map(tonic::Response::into_inner)
}

pub(crate) fn new_person(full_name: &str, citizen_id: &str) -> Person {
    Person {
        full_name: full_name.into(),
        citizen_id: citizen_id.into(),
        ..Person::default()
    }
}

pub(crate) async fn hero(client: &mut Client, hero: Hero) -> Result<Hero, Status> {
    let request = CreateHeroRequest {
        parent: QIBIN.into(),
        hero: Some(hero),
        request_id: String::new(),
    };
    client
        .create_hero(request)
        .await
        .map(tonic::Response::into_inner)
}

pub(crate) fn new_hero(person: &str, document_no: &str) -> Hero {
    Hero {
        person: person.into(),
        confirmed_on: "2024-03-15".into(),
        document_no: document_no.into(),
        authority: "淇滨区见义勇为评审委员会".into(),
        provenance: source("S99"),
        ..Hero::default()
    }
}

/// The machine-readable reason of an error.
pub(crate) fn reason(status: &Status) -> String {
    status
        .get_error_details()
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap_or_default()
}

/// Code and reason of a call that must fail.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String) {
    let status = result.expect_err("refused");
    (status.code(), reason(&status))
}

/// Field and reason of every violation of a call that must fail.
pub(crate) fn violations<T: std::fmt::Debug>(result: Result<T, Status>) -> Vec<(String, String)> {
    let status = result.expect_err("refused");
    assert_eq!(status.code(), Code::InvalidArgument);
    let details = status.get_error_details();
    let found = &details.bad_request().expect("details").field_violations;
    found
        .iter()
        .map(|violation| (violation.field.clone(), violation.reason.clone()))
        .collect()
}

/// The name of the resource that is there already.
pub(crate) fn existing<T: std::fmt::Debug>(result: Result<T, Status>) -> String {
    let status = result.expect_err("exists");
    assert_eq!(status.code(), Code::AlreadyExists);
    status
        .get_error_details()
        .resource_info()
        .expect("details")
        .resource_name
        .clone()
}

/// Published events of one type, with the aggregate's version.
pub(crate) async fn published<E: Message + Name + Default>(service: &TestService) -> Vec<(E, i64)> {
    let rows = service.outbox().await;
    rows.into_iter()
        .filter(|row| row.type_name == E::full_name())
        .map(|row| {
            (
                E::decode(row.data.as_slice()).expect("decodes"),
                row.version,
            )
        })
        .collect()
}

//! What people may ask about their own data, and what is left of them when they asked for nothing to be left.

use jianyi_proto::member::events::v1::{PersonErased, RoleKind};
use jianyi_proto::member::v1::{
    CountVolunteersRequest, CreateRoleAssignmentRequest, FindPersonRequest,
    FulfilSubjectRequestRequest, FulfilSubjectRequestResponse, GetPersonRequest, Giver,
    ListPeopleRequest, OpenSubjectRequestRequest, Person, RefuseSubjectRequestRequest,
    RoleAssignment, SearchPeopleRequest, SubjectRequest, SubjectRequestKind, SubjectRequestOutcome,
    SubjectRequestState,
};
use jianyi_testkit::TestService;
use prost_types::FieldMask;
use tonic::{Code, Status};

use crate::support::{
    Client, QIBIN, as_role, county, hero, new_hero, new_person, person, published, refusal, team,
};

async fn opened(client: &mut Client, person: &str, kind: SubjectRequestKind) -> SubjectRequest {
    opened_on(client, person, kind, "").await
}

async fn opened_on(
    client: &mut Client,
    person: &str,
    kind: SubjectRequestKind,
    received_on: &str,
) -> SubjectRequest {
    let request = OpenSubjectRequestRequest {
        parent: QIBIN.into(),
        subject_request: Some(SubjectRequest {
            person: person.into(),
            kind: kind.into(),
            requester: Giver::Self_.into(),
            evidence: "来访登记〔2024〕8号".into(),
            received_on: received_on.into(),
            ..SubjectRequest::default()
        }),
        request_id: String::new(),
    };
    client
        .open_subject_request(request)
        .await
        .unwrap()
        .into_inner()
}

async fn fulfilled(
    client: &mut Client,
    request: &SubjectRequest,
    correction: Person,
    paths: &[&str],
) -> Result<FulfilSubjectRequestResponse, Status> {
    let request = FulfilSubjectRequestRequest {
        name: request.name.clone(),
        correction: Some(correction),
        update_mask: Some(FieldMask {
            paths: paths.iter().map(|&path| path.into()).collect(),
        }),
        etag: String::new(),
    };
    client
        .fulfil_subject_request(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn volunteer(client: &mut Client, person: &str) {
    let unit = team(client, "红旗志愿服务队").await;
    let request = CreateRoleAssignmentRequest {
        parent: QIBIN.into(),
        role_assignment: Some(RoleAssignment {
            person: person.into(),
            kind: RoleKind::Volunteer.into(),
            title: "队员".into(),
            org_unit: unit,
            from_day: "2024-01-01".into(),
            ..RoleAssignment::default()
        }),
        request_id: String::new(),
    };
    client.create_role_assignment(request).await.unwrap();
}

async fn counted(client: &mut Client) -> i64 {
    let request = CountVolunteersRequest {
        parent: QIBIN.into(),
        ..CountVolunteersRequest::default()
    };
    client
        .count_volunteers(request)
        .await
        .unwrap()
        .into_inner()
        .recorded_persons
}

async fn zhang(client: &mut Client) -> Person {
    let zhang = Person {
        phone: "13812345678".into(),
        ..new_person("张小明", "41061119900101018X")
    };
    person(client, zhang).await.unwrap()
}

/// Whether a person turns up anywhere.
async fn turns_up(client: &mut Client, name: &str) -> bool {
    let got = client
        .get_person(GetPersonRequest { name: name.into() })
        .await;
    let listed = client
        .list_people(ListPeopleRequest {
            parent: QIBIN.into(),
            ..ListPeopleRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .people;
    let searched = client
        .search_people(SearchPeopleRequest {
            parent: QIBIN.into(),
            query: "张小明".into(),
            ..SearchPeopleRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .people;
    let found = client
        .find_person(FindPersonRequest {
            parent: QIBIN.into(),
            phone: "13812345678".into(),
            ..FindPersonRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .people;
    got.is_ok()
        || [listed, searched, found]
            .concat()
            .iter()
            .any(|one| one.name == name)
}

async fn audited(service: &TestService) -> i64 {
    sqlx::query_scalar("select count(*) from audit")
        .fetch_one(&mut service.sql().await)
        .await
        .unwrap()
}

async fn keys(service: &TestService) -> Vec<(String, bool)> {
    sqlx::query_as("select subject, wrapped is not null from subject_keys order by subject")
        .fetch_all(&mut service.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn g22_v52_a_request_is_due_in_working_days_as_they_were_announced() {
    let (_service, mut client) = county().await;
    let zhang = zhang(&mut client).await;
    let terms = [
        // Over Mid-Autumn and National Day 2024, with the Sunday and the Saturday that were worked around it.
        ("2024-09-13", "2024-10-11"),
        ("2024-09-14", "2024-10-12"),
        ("2024-09-15", "2024-10-12"),
        ("2024-09-18", "2024-10-14"),
        // Over Spring Festival 2024, with a Sunday that was worked before it and one after it.
        ("2024-01-22", "2024-02-09"),
        ("2024-01-23", "2024-02-18"),
        ("2024-01-24", "2024-02-19"),
        // A weekend that is a weekend.
        ("2024-07-05", "2024-07-26"),
        // Before the announcements on record: Mondays to Fridays.
        ("2022-09-30", "2022-10-21"),
    ];
    for (received_on, due_on) in terms {
        let request = opened_on(
            &mut client,
            &zhang.name,
            SubjectRequestKind::Copy,
            received_on,
        )
        .await;
        assert_eq!(request.due_on, due_on, "received on {received_on}");
    }
}

#[tokio::test]
async fn g22_a_copy_holds_everything_and_says_who_took_it() {
    let (service, mut client) = county().await;
    let zhang = zhang(&mut client).await;
    hero(&mut client, new_hero(&zhang.name, "鹤〔2024〕3号"))
        .await
        .unwrap();
    volunteer(&mut client, &zhang.name).await;
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Copy).await;
    // Fifteen working days, of which New Year's Day is none.
    assert_eq!(
        (request.received_on.as_str(), request.due_on.as_str()),
        ("2024-12-31", "2025-01-22")
    );
    let mut affairs = as_role(&service, "ROLE_MEMBER_AFFAIRS");
    let answer = fulfilled(&mut affairs, &request, Person::default(), &[])
        .await
        .unwrap();
    let copy = answer.copy.unwrap();
    let person = copy.person.unwrap();
    assert_eq!(
        (
            person.full_name.as_str(),
            person.citizen_id.as_str(),
            person.phone.as_str()
        ),
        ("张小明", "41061119900101018X", "13812345678")
    );
    assert_eq!(
        (
            copy.heroes.len(),
            copy.role_assignments.len(),
            copy.row_count
        ),
        (1, 1, 4)
    );
    assert_eq!(copy.exported_by, "test:ROLE_MEMBER_AFFAIRS:410611");
    assert_eq!(copy.export_time.unwrap().seconds, 1_735_603_200);
    let again = fulfilled(&mut client, &request, Person::default(), &[]).await;
    assert_eq!(refusal(again).1, "SUBJECT_REQUEST_CLOSED");
    for role in ["ROLE_COUNTY_CLERK", "ROLE_LEADER", "ROLE_CARE"] {
        let mut other = as_role(&service, role);
        let refused = fulfilled(&mut other, &request, Person::default(), &[]).await;
        assert_eq!(refusal(refused).0, Code::PermissionDenied, "{role}");
    }
    assert!(!service.dump().await.contains("来访登记"));
}

#[tokio::test]
async fn g22_a_correction_is_applied_found_and_checked() {
    let (_service, mut client) = county().await;
    let zhang = zhang(&mut client).await;
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Correct).await;
    let nothing = fulfilled(&mut client, &request, Person::default(), &[]).await;
    assert_eq!(refusal(nothing).1, "NOTHING_TO_CORRECT");
    let wrong = Person {
        birth_date: "1991-01-01".into(),
        ..Person::default()
    };
    let wrong = fulfilled(&mut client, &request, wrong, &["birth_date"]).await;
    assert_eq!(refusal(wrong).0, Code::InvalidArgument);
    let right = Person {
        full_name: "章小鸣".into(),
        phone: "13900001111".into(),
        ..Person::default()
    };
    let answer = fulfilled(&mut client, &request, right, &["full_name", "phone"])
        .await
        .unwrap();
    assert!(answer.copy.is_none());
    assert_eq!(
        answer.subject_request.unwrap().outcome(),
        SubjectRequestOutcome::Corrected
    );
    let find = |text: &str| SearchPeopleRequest {
        parent: QIBIN.into(),
        query: text.into(),
        ..SearchPeopleRequest::default()
    };
    for (text, count) in [("张小明", 0), ("章小鸣", 1), ("1111", 1), ("5678", 0)] {
        let found = client
            .search_people(find(text))
            .await
            .unwrap()
            .into_inner()
            .people;
        assert_eq!(found.len(), count, "{text}");
    }
}

#[tokio::test]
async fn v142_g22_what_the_law_keeps_is_locked_and_no_longer_used() {
    let (service, mut client) = county().await;
    let zhang = zhang(&mut client).await;
    hero(&mut client, new_hero(&zhang.name, "鹤〔2024〕3号"))
        .await
        .unwrap();
    assert!(turns_up(&mut client, &zhang.name).await);
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Delete).await;
    let answer = fulfilled(&mut client, &request, Person::default(), &[])
        .await
        .unwrap();
    assert_eq!(
        answer.subject_request.unwrap().outcome(),
        SubjectRequestOutcome::Locked
    );
    assert!(!turns_up(&mut client, &zhang.name).await);
    assert!(published::<PersonErased>(&service).await.is_empty());
    // Kept: the person may still have a copy of what is.
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Copy).await;
    let copy = fulfilled(&mut client, &request, Person::default(), &[])
        .await
        .unwrap();
    assert_eq!(copy.copy.unwrap().person.unwrap().full_name, "张小明");
    // And not used: nothing more is entered about them.
    let more = hero(&mut client, new_hero(&zhang.name, "鹤〔2024〕4号")).await;
    assert_eq!(refusal(more).0, Code::NotFound);
}

#[tokio::test]
async fn v142_g22_an_erased_person_is_unreadable_and_stays_counted() {
    let (service, mut client) = county().await;
    let zhang = zhang(&mut client).await;
    volunteer(&mut client, &zhang.name).await;
    assert_eq!(counted(&mut client).await, 1);
    let id = zhang.name.rsplit('/').next().unwrap().to_owned();
    assert_eq!(keys(&service).await, [(format!("people/{id}"), true)]);
    let before = audited(&service).await;
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Delete).await;
    let answer = fulfilled(&mut client, &request, Person::default(), &[])
        .await
        .unwrap();
    assert_eq!(
        answer.subject_request.unwrap().outcome(),
        SubjectRequestOutcome::Erased
    );
    // The key is gone, and with it everything that any backup still holds; words and hashes as well.
    assert_eq!(keys(&service).await, [(format!("people/{id}"), false)]);
    let words: i64 = sqlx::query_scalar("select count(*) from people_words")
        .fetch_one(&mut service.sql().await)
        .await
        .unwrap();
    assert_eq!(words, 0);
    let left = client
        .get_person(GetPersonRequest {
            name: zhang.name.clone(),
        })
        .await
        .unwrap()
        .into_inner();
    assert!(left.erase_time.is_some());
    assert_eq!(
        (left.full_name.as_str(), left.citizen_id.as_str()),
        ("", "")
    );
    assert_eq!(counted(&mut client).await, 1);
    assert_eq!(audited(&service).await, before + 2);
    let (event, version) = published::<PersonErased>(&service).await.remove(0);
    assert_eq!((event.person, version), (zhang.name.clone(), 2));

    // What is gone cannot be handed out, and the number is free for whoever comes.
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Copy).await;
    let gone = fulfilled(&mut client, &request, Person::default(), &[]).await;
    assert_eq!(refusal(gone).1, "PERSON_ERASED");
    let again = person(&mut client, new_person("张小明", "41061119900101018X")).await;
    assert_ne!(again.unwrap().name, zhang.name);
}

#[tokio::test]
async fn g22_a_refusal_takes_a_reason() {
    let (_service, mut client) = county().await;
    let zhang = zhang(&mut client).await;
    let request = opened(&mut client, &zhang.name, SubjectRequestKind::Delete).await;
    let refuse = |reason: &str| RefuseSubjectRequestRequest {
        name: request.name.clone(),
        reason: reason.into(),
        ..RefuseSubjectRequestRequest::default()
    };
    assert_eq!(
        refusal(client.refuse_subject_request(refuse(" ")).await).0,
        Code::InvalidArgument
    );
    let refused = client
        .refuse_subject_request(refuse("申请人非本人"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (refused.state(), refused.refusal_reason.as_str()),
        (SubjectRequestState::Refused, "申请人非本人")
    );
    assert_eq!(
        refusal(client.refuse_subject_request(refuse("再次")).await).1,
        "SUBJECT_REQUEST_CLOSED"
    );
}

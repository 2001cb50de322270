//! What leaves a county is on its ledger: for whom, which fields, by which rule; what stays is not.

use jianyi_proto::member::v1::*;
use jianyi_testkit::TestService;
use prost_types::FieldMask;
use tonic::{Code, Status};

use crate::support::{Client, QIBIN, as_role, county, new_hero, new_person, person, refusal};

async fn report(client: &mut Client, person: &str) -> Result<Vec<EgressLine>, Status> {
    let request = GetEgressReportRequest {
        parent: QIBIN.into(),
        person: person.into(),
        ..Default::default()
    };
    let report = client.get_egress_report(request).await?.into_inner();
    assert!(!report.more);
    Ok(report.lines)
}

/// Of lines: method, times, records.
fn counts(lines: &[EgressLine]) -> Vec<(&str, i64, i64)> {
    lines
        .iter()
        .map(|line| {
            let method = line.rule.rsplit('/').next().unwrap();
            (method, line.times, line.records)
        })
        .collect()
}

fn city(service: &TestService) -> Client {
    Client::new(service.channel_as("ROLE_MEMBER_AFFAIRS", "410600"))
}

async fn get(client: &mut Client, name: &str) -> Result<Person, Status> {
    let request = GetPersonRequest { name: name.into() };
    client
        .get_person(request)
        .await
        .map(tonic::Response::into_inner)
}

#[tokio::test]
async fn what_the_city_is_answered_is_written_down_and_what_stays_in_the_county_is_not() {
    let (service, _) = county().await;
    let mut clerk = as_role(&service, "ROLE_COUNTY_CLERK");
    let zhang = Person {
        phone: "13812345678".into(),
        ..new_person("张小明", "41061119900101018X")
    };
    let zhang = person(&mut clerk, zhang).await.unwrap().name;
    let li = new_person("李大山", "410603200108150014");
    let li = person(&mut clerk, li).await.unwrap().name;
    get(&mut clerk, &zhang).await.unwrap();
    assert_eq!(report(&mut clerk, "").await.unwrap(), []);

    let mut city = city(&service);
    for name in [&zhang, &zhang, &li] {
        get(&mut city, name).await.unwrap();
    }
    // What is refused takes nothing out.
    let nobody = format!("{QIBIN}/people/01900000-0000-7000-8000-000000000000");
    assert_eq!(
        get(&mut city, &nobody).await.unwrap_err().code(),
        Code::NotFound
    );
    let list = ListPeopleRequest {
        parent: QIBIN.into(),
        ..Default::default()
    };
    city.list_people(list).await.unwrap();
    let reveal = RevealPersonRequest {
        name: zhang.clone(),
        purpose: "电话通知领取证书".into(),
        fields: Some(FieldMask {
            paths: vec!["phone".into()],
        }),
    };
    city.reveal_person(reveal).await.unwrap();

    let lines = report(&mut clerk, "").await.unwrap();
    let mut all = counts(&lines);
    all.sort_unstable();
    // Two with a phone and one without are two shapes.
    assert_eq!(
        all,
        [
            ("GetPerson", 1, 1),
            ("GetPerson", 2, 2),
            ("ListPeople", 1, 2),
            ("RevealPerson", 1, 1)
        ]
    );
    for line in &lines {
        assert_eq!(line.reach, ["410600"], "{line:?}");
        let revealed = line.rule.ends_with("/RevealPerson");
        assert_eq!(
            line.plain_fields.contains(&"phone".into()),
            revealed,
            "{line:?}"
        );
        for masked in ["citizen_id", "birth_date"] {
            assert!(!line.plain_fields.contains(&masked.into()), "{line:?}");
        }
    }
    let fields = &lines.iter().find(|it| it.times == 2).unwrap().fields;
    for field in ["name", "full_name", "citizen_id", "phone"] {
        assert!(fields.contains(&field.to_owned()), "{fields:?}");
    }

    // Which of somebody's data went to the city?
    let about_li = report(&mut clerk, &li).await.unwrap();
    assert_eq!(
        counts(&about_li),
        [("GetPerson", 1, 1), ("ListPeople", 1, 2)]
    );
    let unknown = report(&mut clerk, &nobody).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test]
async fn a_copy_of_everything_that_the_city_took_out_is_on_the_ledger() {
    let (service, _) = county().await;
    let mut clerk = as_role(&service, "ROLE_COUNTY_CLERK");
    let zhang = new_person("张小明", "41061119900101018X");
    let name = person(&mut clerk, zhang).await.unwrap().name;
    let mut city = city(&service);
    let request = OpenSubjectRequestRequest {
        parent: QIBIN.into(),
        subject_request: Some(SubjectRequest {
            person: name.clone(),
            kind: SubjectRequestKind::Copy.into(),
            requester: Giver::Self_.into(),
            evidence: "来访登记〔2024〕8号".into(),
            ..SubjectRequest::default()
        }),
        request_id: String::new(),
    };
    let opened = city.open_subject_request(request).await.unwrap();
    let request = FulfilSubjectRequestRequest {
        name: opened.into_inner().name,
        ..Default::default()
    };
    city.fulfil_subject_request(request).await.unwrap();

    // The method may reach people under confidentiality; this person is none.
    for about in ["", &name] {
        let lines = report(&mut clerk, about).await.unwrap();
        let copy = lines
            .iter()
            .find(|line| line.rule.ends_with("/FulfilSubjectRequest"))
            .unwrap();
        for field in ["copy.person.full_name", "copy.person.citizen_id"] {
            assert!(copy.plain_fields.contains(&field.into()), "{copy:?}");
        }
    }
}

#[tokio::test]
async fn a_repeated_answer_left_twice() {
    let (service, _) = county().await;
    let mut city = city(&service);
    let request = CreatePersonRequest {
        parent: QIBIN.into(),
        person: Some(new_person("张小明", "41061119900101018X")),
        request_id: "once".into(),
    };
    for _ in 0..2 {
        city.create_person(request.clone()).await.unwrap();
    }
    let lines = report(&mut as_role(&service, "ROLE_COUNTY_CLERK"), "").await;
    assert_eq!(counts(&lines.unwrap()), [("CreatePerson", 2, 2)]);
}

#[tokio::test]
async fn m29_what_left_about_a_confidential_person_is_told_to_nobody_without_the_right() {
    let (service, mut everybody) = county().await;
    let name = person(&mut everybody, new_person("张小明", "41061119900101018X"));
    let name = name.await.unwrap().name;
    let hero = Hero {
        confidentiality: Confidentiality::Safety.into(),
        confidentiality_ground: "本人要求".into(),
        ..new_hero(&name, "豫见义〔2024〕1号")
    };
    let request = CreateHeroRequest {
        parent: QIBIN.into(),
        hero: Some(hero),
        request_id: String::new(),
    };
    everybody.create_hero(request).await.unwrap();
    let mut clerk = as_role(&service, "ROLE_COUNTY_CLERK");
    let refused = report(&mut clerk, &name).await;
    assert_eq!(refusal(refused).0, Code::NotFound);
    // Neither what left while they were known, nor what left since.
    assert_eq!(report(&mut clerk, "").await.unwrap(), []);
}

#[tokio::test]
async fn the_ledger_only_grows() {
    let (service, mut everybody) = county().await;
    person(&mut everybody, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let mut sql = service.sql().await;
    let rows: i64 = sqlx::query_scalar("select count(*) from egress")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(rows, 1);
    for table in ["egress", "egress_shapes"] {
        for (right, held) in [
            ("insert", true),
            ("update", false),
            ("delete", false),
            ("truncate", false),
        ] {
            let may: bool = sqlx::query_scalar("select has_table_privilege('jianyi_app', $1, $2)")
                .bind(table)
                .bind(right)
                .fetch_one(&mut sql)
                .await
                .unwrap();
            assert_eq!(may, held, "{right} {table}");
        }
    }
}

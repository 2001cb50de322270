//! The register of people through the API: what is accepted, refused, recognised, and shown.

use jianyi_proto::api::v1::Provenance;
use jianyi_proto::member::events::v1::PersonRegistered;
use jianyi_proto::member::v1::{
    CreatePersonRequest, DocumentKind, FindPersonRequest, GetPersonRequest, ListPeopleRequest,
    Person, PersonWarning, Sex,
};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::support::{
    QIBIN, as_role, county, existing, new_person, person, published, refusal, source, violations,
};

#[tokio::test]
async fn m06_the_vectors_of_the_standard_hold_through_the_api() {
    let (_service, mut client) = county().await;
    for (n, valid) in [
        "11010519491231002X",
        "440524188001010014",
        "410611198002290019",
        "410602198402290038",
        "41061119900101018X",
        "410603200108150014",
        "810000199408230021",
    ]
    .into_iter()
    .enumerate()
    {
        person(
            &mut client,
            new_person(&format!("测试{}", "甲".repeat(n + 1)), valid),
        )
        .await
        .expect(valid);
    }
    for (invalid, why) in [
        ("410622199913010018", "ID_DATE"),
        ("410602198302290014", "ID_DATE"),
        ("110105194912310021", "ID_CHECK"),
        ("1101051949123100", "ID_LENGTH"),
        ("4106111990010101aX", "ID_CHARACTER"),
        ("410611202501010010", "ID_FUTURE"),
    ] {
        let found = violations(person(&mut client, new_person("测试", invalid)).await);
        assert_eq!(
            found,
            [("person.citizen_id".to_owned(), why.to_owned())],
            "{invalid}"
        );
    }
}

#[tokio::test]
async fn m06_everything_wrong_with_a_person_is_said_at_once() {
    let (_service, mut client) = county().await;
    let bad = Person {
        phone: "12345".into(),
        sex: Sex::Male.into(),
        birth_date: "1991-01-01".into(),
        provenance: source("来源"),
        ..new_person("张", "41061119900101018X")
    };
    let status = person(&mut client, bad.clone()).await.unwrap_err();
    let text = format!("{status:?}");
    assert!(
        !text.contains("41061119900101018X") && !text.contains("12345"),
        "errors show no personal value"
    );
    let found = violations(person(&mut client, bad).await);
    let found: Vec<_> = found
        .iter()
        .map(|(field, reason)| (field.as_str(), reason.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("person.full_name", "NAME_LENGTH"),
            ("person.phone", "PHONE_MALFORMED"),
            ("person.sex", "ID_MISMATCH"),
            ("person.birth_date", "ID_MISMATCH"),
            ("person.provenance.sources", "SOURCE_CODE_MALFORMED"),
        ]
    );
}

#[tokio::test]
async fn v01_v02_people_are_normalised_derived_and_read_back_masked() {
    let (service, mut client) = county().await;
    let zhang = Person {
        phone: "+86 138-1234-5678".into(),
        veteran: true,
        provenance: source("S14"),
        ..new_person("张小明", "４１０６１１ 19900101 018x")
    };
    let created = person(&mut client, zhang).await.unwrap();
    let read = GetPersonRequest {
        name: created.name.clone(),
    };
    let read = client.get_person(read).await.unwrap().into_inner();
    assert_eq!(read, created);
    assert_eq!(read.full_name, "张*明");
    assert_eq!(read.citizen_id, "410***********018X");
    assert_eq!(read.phone, "138****5678");
    assert_eq!(
        (read.sex(), read.birth_date.as_str()),
        (Sex::Female, "1990")
    );
    assert_eq!(read.document_kind(), DocumentKind::CitizenId);
    assert!(read.veteran && read.warnings.is_empty());

    let veterans = |veteran| ListPeopleRequest {
        parent: QIBIN.into(),
        veteran,
        ..ListPeopleRequest::default()
    };
    for (veteran, count) in [(None, 1), (Some(true), 1), (Some(false), 0)] {
        let listed = client
            .list_people(veterans(veteran))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(listed.people.len(), count, "{veteran:?}");
    }
    let (event, version) = published::<PersonRegistered>(&service).await.remove(0);
    assert_eq!((event.person, version), (created.name, 1));
    assert_eq!(event.fact.unwrap().on, "2024-12-31");
}

#[tokio::test]
async fn v03_v04_odd_numbers_warn_and_the_first_generation_tells_nobody_apart() {
    let (_service, mut client) = county().await;
    let old = person(&mut client, new_person("老英雄", "410603190001010015"))
        .await
        .unwrap();
    assert_eq!(old.warnings, [i32::from(PersonWarning::Age)]);
    let legacy = person(&mut client, new_person("老张", "410611800229001"))
        .await
        .unwrap();
    assert_eq!(legacy.document_kind(), DocumentKind::Legacy);
    assert_eq!(legacy.warnings, [i32::from(PersonWarning::Legacy)]);
    let other = person(&mut client, new_person("老李", "410611800229001"))
        .await
        .unwrap();
    assert_ne!(legacy.name, other.name);
    let find = FindPersonRequest {
        parent: QIBIN.into(),
        citizen_id: "410611800229001".into(),
        phone: String::new(),
    };
    assert_eq!(
        client
            .find_person(find)
            .await
            .unwrap()
            .into_inner()
            .people
            .len(),
        2
    );
}

#[tokio::test]
async fn m05_v07_the_same_number_is_the_same_person_or_a_conflict() {
    let (_service, mut client) = county().await;
    let first = person(&mut client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let again = person(&mut client, new_person("张小明 ", "41061119900101018x")).await;
    assert_eq!(existing(again), first.name);
    let other = person(&mut client, new_person("王小明", "41061119900101018X"))
        .await
        .unwrap_err();
    let details = other.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (other.code(), info.reason.as_str()),
        (Code::FailedPrecondition, "PERSON_CONFLICT")
    );
    assert_eq!(info.metadata["person"], first.name);
    assert!(
        details
            .localized_message()
            .unwrap()
            .message
            .contains("另一个姓名")
    );
}

#[tokio::test]
async fn v09_people_without_a_number_are_one_per_source() {
    let (_service, mut client) = county().await;
    let stated = |name: &str, code: &str| Person {
        provenance: source(code),
        ..new_person(name, "")
    };
    let first = person(&mut client, stated("李玉家", "S06")).await.unwrap();
    assert_eq!(first.document_kind(), DocumentKind::None);
    assert_eq!(
        existing(person(&mut client, stated("李玉家", "S06")).await),
        first.name
    );
    // A namesake elsewhere, or entered by hand, is somebody else until a human says otherwise.
    person(&mut client, stated("李玉家", "S07")).await.unwrap();
    person(&mut client, new_person("李玉家", "")).await.unwrap();
    person(&mut client, new_person("李玉家", "")).await.unwrap();
    let child = Person {
        document_kind: DocumentKind::BirthCertificate.into(),
        document_number: "R410012345".into(),
        birth_date: "2016-05-01".into(),
        ..new_person("李小宝", "")
    };
    let child = person(&mut client, child).await.unwrap();
    assert_eq!(
        (child.document_number.as_str(), child.birth_date.as_str()),
        ("******2345", "2016")
    );
}

#[tokio::test]
async fn m08_v12_exact_look_up_finds_by_number_and_by_shared_phone() {
    let (service, mut client) = county().await;
    let with_phone = |name: &str, id: &str| Person {
        phone: "13812345678".into(),
        ..new_person(name, id)
    };
    let wife = person(&mut client, with_phone("张小明", "41061119900101018X"))
        .await
        .unwrap();
    person(&mut client, with_phone("王大力", "410602198402290038"))
        .await
        .unwrap();

    let find = |citizen_id: &str, phone: &str| FindPersonRequest {
        parent: QIBIN.into(),
        citizen_id: citizen_id.into(),
        phone: phone.into(),
    };
    let by_id = client
        .find_person(find("41061119900101018x", ""))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(by_id.people, [wife]);
    let by_phone = client
        .find_person(find("", "138 1234 5678"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(by_phone.people.len(), 2);
    let nobody = client
        .find_person(find("410603200108150014", ""))
        .await
        .unwrap()
        .into_inner();
    assert!(nobody.people.is_empty());
    assert_eq!(
        violations(client.find_person(find("", "")).await)[0].1,
        "REQUIRED"
    );
    assert_eq!(
        violations(client.find_person(find("1", "2")).await)[0].1,
        "ONE_OF_TWO"
    );
    // An answer confirms a number, so reading roles do not get one.
    let leader = as_role(&service, "ROLE_LEADER")
        .find_person(find("", "13812345678"))
        .await;
    assert_eq!(refusal(leader).0, Code::PermissionDenied);
}

#[tokio::test]
async fn m05_people_registered_at_the_same_time_under_one_number_are_one() {
    let (service, client) = county().await;
    let calls = (0..12).map(|n| {
        let mut client = client.clone();
        let request = CreatePersonRequest {
            parent: QIBIN.into(),
            person: Some(Person {
                provenance: Some(Provenance {
                    sources: vec![format!("S{n}")],
                    locations: vec![],
                }),
                ..new_person("张小明", "41061119900101018X")
            }),
            request_id: format!("clerk-{n}"),
        };
        async move { client.create_person(request).await }
    });
    let results = futures::future::join_all(calls).await;
    let created: Vec<_> = results
        .iter()
        .filter_map(|result| result.as_ref().ok())
        .collect();
    assert_eq!(created.len(), 1);
    let name = created[0].get_ref().name.clone();
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(existing(result), name);
    }
    assert_eq!(service.outbox().await.len(), 1);
}

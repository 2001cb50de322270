//! Confidential people, generated: whatever anybody without the right asks, in whatever role and place, nothing of
//! theirs comes back, is published, or is logged.

use std::collections::BTreeSet;
use std::fmt::Debug;

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::member::events::v1::RoleKind;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{self as pb, Confidentiality, Hero, Person};
use jianyi_rpc::Policies;
use jianyi_testkit::TestService;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use prost_types::FieldMask;
use tonic::{Code, Response, Status};

use crate::support::{Client, QIBIN, county, hero, new_hero, new_person, person, refusal, team};

const ROLES: [&str; 19] = [
    "ROLE_OPERATOR",
    "ROLE_LEADER",
    "ROLE_MEMBER_AFFAIRS",
    "ROLE_CARE",
    "ROLE_FINANCE",
    "ROLE_PUBLICITY",
    "ROLE_OVERSIGHT",
    "ROLE_COUNTY_CLERK",
    "ROLE_TOWNSHIP_STATION",
    "ROLE_LIAISON_OFFICER",
    "ROLE_AUDITOR",
    "ROLE_AGENCY",
    "ROLE_SERVICE",
    "ROLE_SYSTEM_ADMINISTRATOR",
    "ROLE_SECURITY_ADMINISTRATOR",
    "ROLE_AUDIT_ADMINISTRATOR",
    "ROLE_FINANCE_APPROVER",
    "ROLE_COMMITTEE_OFFICE",
    "ROLE_PUBLIC",
];
const PLACES: [&str; 4] = ["410600", "410611", "410611102", "410621"];
/// What is driven below; every reading method that is added must be added here.
const DRIVEN: [&str; 20] = [
    "CountVolunteers",
    "FindPerson",
    "GetCountStatement",
    "GetDivision",
    "GetEgressReport",
    "GetHero",
    "GetOrgUnit",
    "GetPerson",
    "GetRoleAssignment",
    "ListConsentPurposes",
    "ListConsents",
    "ListCountStatements",
    "ListDivisions",
    "ListHandovers",
    "ListHeroes",
    "ListOrgUnits",
    "ListPeople",
    "ListRoleAssignments",
    "RevealPerson",
    "SearchPeople",
];

/// Somebody who must stay unknown.
#[derive(Debug, Clone)]
struct Secret {
    full_name: String,
    citizen_id: String,
    phone: String,
    document_no: String,
    /// Sealed from the start, or later.
    from_the_start: bool,
    level: i32,
}

/// Characters that nobody else in these tests has in a name.
fn secrets() -> impl Strategy<Value = Vec<Secret>> {
    let rare = "龘靐齉爩麤灪龗籱";
    let one = (
        prop::sample::subsequence(rare.chars().collect::<Vec<_>>(), 3),
        (1950_u32..2005, 1_u32..13, 1_u32..29, 100_u32..1000),
        10_000_000_u32..99_999_999,
        any::<bool>(),
        1_i32..4,
    );
    prop::collection::vec(one, 5).prop_map(|people| {
        let mut secrets = Vec::new();
        for (n, (name, (year, month, day, serial), phone, from_the_start, level)) in
            people.into_iter().enumerate()
        {
            secrets.push(Secret {
                full_name: name.into_iter().collect(),
                citizen_id: checked(&format!("410611{year}{month:02}{day:02}{serial}")),
                phone: format!("19{n}{phone}"),
                document_no: format!("密见义勇为〔2024〕{}号", 9000 + n),
                from_the_start,
                level,
            });
        }
        secrets
    })
}

/// With the check character of GB 11643.
fn checked(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
        .sum();
    format!("{body}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

/// What a secret is called here.
struct Names {
    person: String,
    hero: String,
    role: String,
    unit: String,
}

/// Enters a secret, who volunteers like others do.
async fn planted(client: &mut Client, secret: &Secret, unit: &str) -> Names {
    let entered = Person {
        phone: secret.phone.clone(),
        division: "410611102".into(),
        ..new_person(&secret.full_name, &secret.citizen_id)
    };
    let person = person(client, entered).await.unwrap().name;
    let role = pb::CreateRoleAssignmentRequest {
        parent: QIBIN.into(),
        role_assignment: Some(pb::RoleAssignment {
            person: person.clone(),
            kind: RoleKind::Volunteer.into(),
            title: "密队员".into(),
            org_unit: unit.into(),
            ..pb::RoleAssignment::default()
        }),
        request_id: String::new(),
    };
    let role = client
        .create_role_assignment(role)
        .await
        .unwrap()
        .into_inner()
        .name;
    let decision = Hero {
        authority: "密见义勇为评审委员会".into(),
        ..new_hero(&person, &secret.document_no)
    };
    let confidential = Hero {
        confidentiality: secret.level,
        confidentiality_ground: "密函".into(),
        ..decision.clone()
    };
    let names = |hero| Names {
        person,
        hero,
        role,
        unit: unit.into(),
    };
    if secret.from_the_start {
        return names(hero(client, confidential).await.unwrap().name);
    }
    let known = hero(client, decision).await.unwrap().name;
    let seal = pb::SealHeroRequest {
        name: known.clone(),
        level: Confidentiality::Safety.into(),
        ground: "密函".into(),
        ..pb::SealHeroRequest::default()
    };
    client.seal_hero(seal).await.unwrap();
    names(known)
}

fn told<T: Debug>(answer: Result<Response<T>, Status>) -> String {
    match answer {
        Ok(reply) => format!("{:?}", reply.into_inner()),
        Err(status) => format!("{status:?}"),
    }
}

/// Everything that anybody is told who asks every reading method, knowing numbers, names and ids.
async fn everything(reader: &mut Client, secrets: &[Secret], names: &[Names]) -> Vec<String> {
    let parent = || QIBIN.to_owned();
    let mut heard = vec![
        told(
            reader
                .count_volunteers(pb::CountVolunteersRequest {
                    parent: parent(),
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .get_division(pb::GetDivisionRequest {
                    name: "divisions/410611".into(),
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_divisions(pb::ListDivisionsRequest::default())
                .await,
        ),
        told(
            reader
                .list_org_units(pb::ListOrgUnitsRequest {
                    parent: parent(),
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_people(pb::ListPeopleRequest {
                    parent: parent(),
                    page_size: 500,
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_role_assignments(pb::ListRoleAssignmentsRequest {
                    parent: parent(),
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_heroes(pb::ListHeroesRequest {
                    parent: parent(),
                    page_size: 500,
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_handovers(pb::ListHandoversRequest {
                    parent: parent(),
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_count_statements(pb::ListCountStatementsRequest {
                    parent: parent(),
                    ..Default::default()
                })
                .await,
        ),
        told(
            reader
                .list_consent_purposes(pb::ListConsentPurposesRequest {
                    parent: parent(),
                    ..Default::default()
                })
                .await,
        ),
    ];
    let nothing = "01890000-0000-7000-8000-000000000000";
    let statement = pb::GetCountStatementRequest {
        name: format!("{QIBIN}/countStatements/{nothing}"),
    };
    heard.push(told(reader.get_count_statement(statement).await));
    let all = pb::GetEgressReportRequest {
        parent: parent(),
        ..Default::default()
    };
    heard.push(told(reader.get_egress_report(all).await));
    for (secret, names) in secrets.iter().zip(names) {
        let Names {
            person,
            hero,
            role,
            unit,
        } = names;
        let unit = pb::GetOrgUnitRequest {
            name: unit.clone(),
            ..Default::default()
        };
        heard.push(told(reader.get_org_unit(unit).await));
        let request = pb::GetRoleAssignmentRequest { name: role.clone() };
        heard.push(told(reader.get_role_assignment(request).await).replace(role, ""));
        let last_four: String = secret.citizen_id.chars().skip(14).collect();
        for query in [
            &secret.full_name,
            &secret.citizen_id,
            &secret.phone,
            &last_four,
        ] {
            let request = pb::SearchPeopleRequest {
                parent: parent(),
                query: query.clone(),
                ..Default::default()
            };
            heard.push(told(reader.search_people(request).await));
        }
        for (citizen_id, phone) in [(&secret.citizen_id, ""), (&String::new(), &*secret.phone)] {
            let request = pb::FindPersonRequest {
                parent: parent(),
                citizen_id: citizen_id.clone(),
                phone: phone.into(),
            };
            heard.push(told(reader.find_person(request).await));
        }
        // Names that were asked for come back in the error, as they would if there were nothing.
        let asked = [
            told(
                reader
                    .get_person(pb::GetPersonRequest {
                        name: person.clone(),
                    })
                    .await,
            ),
            told(
                reader
                    .reveal_person(pb::RevealPersonRequest {
                        name: person.clone(),
                        purpose: "随便看看".into(),
                        fields: Some(FieldMask {
                            paths: vec!["full_name".into()],
                        }),
                    })
                    .await,
            ),
            told(
                reader
                    .get_hero(pb::GetHeroRequest { name: hero.clone() })
                    .await,
            ),
            told(
                reader
                    .get_egress_report(pb::GetEgressReportRequest {
                        parent: parent(),
                        person: person.clone(),
                        ..Default::default()
                    })
                    .await,
            ),
            told(
                reader
                    .list_consents(pb::ListConsentsRequest {
                        parent: parent(),
                        person: person.clone(),
                        ..Default::default()
                    })
                    .await,
            ),
            told(
                reader
                    .list_heroes(pb::ListHeroesRequest {
                        parent: parent(),
                        person: person.clone(),
                        ..Default::default()
                    })
                    .await,
            ),
            told(
                reader
                    .list_role_assignments(pb::ListRoleAssignmentsRequest {
                        parent: parent(),
                        person: person.clone(),
                        ..Default::default()
                    })
                    .await,
            ),
        ];
        heard.extend(asked.map(|text| text.replace(person, "").replace(hero, "")));
    }
    heard
}

/// What must not be heard: every field of theirs, whole and masked, and the ids.
fn forbidden(secrets: &[Secret], names: &[Names]) -> Vec<String> {
    let mut words: Vec<String> = vec!["密函".into(), "密见义勇为".into(), "密队员".into()];
    for secret in secrets {
        words.push(secret.full_name.clone());
        words.push(secret.full_name.chars().take(1).chain(['*']).collect());
        words.push(secret.citizen_id.clone());
        words.push(secret.phone.clone());
        words.push(secret.document_no.clone());
    }
    for names in names {
        words.extend([&names.person, &names.hero, &names.role].map(Clone::clone));
    }
    words
}

#[test]
fn m29_every_reading_method_is_driven() {
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let reading: BTreeSet<&str> = policies
        .iter()
        .filter(|(_, policy)| policy.is_some_and(|policy| !policy.sealed))
        .filter_map(|(path, _)| path.strip_prefix("/jianyi.member.v1.MemberService/"))
        .filter(|name| {
            ["Get", "List", "Find", "Search", "Count", "Reveal"]
                .iter()
                .any(|verb| name.starts_with(verb))
        })
        .collect();
    assert_eq!(reading, BTreeSet::from(DRIVEN));
}

#[tokio::test]
async fn m29_v131_nobody_without_the_right_hears_anything_of_confidential_people() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..2 {
        let secrets = secrets().new_tree(&mut runner).unwrap().current();
        let (service, mut client) = county().await;
        // Somebody who may be known, so that lists are not empty for another reason.
        let known = person(
            &mut client,
            Person {
                division: "410611102".into(),
                ..new_person("张小明", "41061119900101018X")
            },
        )
        .await
        .unwrap();
        hero(&mut client, new_hero(&known.name, "鹤〔2024〕3号"))
            .await
            .unwrap();
        let unit = team(&mut client, "红旗志愿服务队").await;
        let mut names = Vec::new();
        for secret in &secrets {
            names.push(planted(&mut client, secret, &unit).await);
        }
        // They are about to move, too.
        for names in &names {
            let offer = pb::OfferHandoverRequest {
                name: names.person.clone(),
                to_county: "counties/410621".into(),
                effective_on: "2024-07-05".into(),
                request_id: String::new(),
            };
            client.offer_sealed_handover(offer).await.unwrap();
        }
        drive(&service, &secrets, &names, &known.name).await;
    }
}

async fn drive(service: &TestService, secrets: &[Secret], names: &[Names], known: &str) {
    let words = forbidden(secrets, names);
    let mut seen = 0;
    for role in ROLES {
        for place in PLACES {
            let mut reader = MemberServiceClient::new(service.channel_as(role, place));
            for heard in everything(&mut reader, secrets, names).await {
                seen += usize::from(heard.contains(known));
                for word in &words {
                    assert!(
                        !heard.contains(word),
                        "{role} at {place}: {word} in {heard}"
                    );
                }
            }
        }
    }
    // Volunteers, all of them secret: none is counted, for nobody (V-131).
    let mut leader = MemberServiceClient::new(service.channel_as("ROLE_LEADER", "410600"));
    for tier in 0..3 {
        let request = pb::CountVolunteersRequest {
            parent: QIBIN.into(),
            tier,
            ..Default::default()
        };
        let counted = leader.count_volunteers(request).await.unwrap().into_inner();
        assert_eq!((counted.recorded_persons, counted.recorded_roles), (0, 0));
    }
    // The others were seen: silence about the secret ones is not silence about everybody.
    assert!(seen > 20, "{seen}");
    // Events tell ids that mean nothing, and logs not even those that were sealed from the start.
    let published = service.outbox().await;
    let logs = String::from_utf8_lossy(&jianyi_testkit::take_logs()).into_owned();
    for secret in secrets {
        for word in [
            &secret.full_name,
            &secret.citizen_id,
            &secret.phone,
            &secret.document_no,
        ] {
            assert!(!logs.contains(word), "a log says {word}");
            assert!(
                published
                    .iter()
                    .all(|row| !String::from_utf8_lossy(&row.data).contains(word)),
                "an event says {word}"
            );
        }
    }
}

#[tokio::test]
async fn v129_another_countys_clerk_finds_nothing_rather_than_a_closed_door() {
    let (service, mut client) = county().await;
    let known = person(&mut client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let mut elsewhere = MemberServiceClient::new(service.channel_as("ROLE_COUNTY_CLERK", "410621"));
    for name in [
        known.name,
        format!("{QIBIN}/people/01890000-0000-7000-8000-000000000000"),
    ] {
        let refused = elsewhere.get_person(pb::GetPersonRequest { name }).await;
        assert_eq!(refusal(refused).0, Code::NotFound);
    }
    let mut station =
        MemberServiceClient::new(service.channel_as("ROLE_TOWNSHIP_STATION", "410611103"));
    let mut other =
        MemberServiceClient::new(service.channel_as("ROLE_TOWNSHIP_STATION", "410611102"));
    let own = person(&mut other, new_person("李大山", "410603200108150014"))
        .await
        .unwrap();
    let request = || pb::GetPersonRequest {
        name: own.name.clone(),
    };
    assert!(other.get_person(request()).await.is_ok());
    assert_eq!(
        refusal(station.get_person(request()).await).0,
        Code::NotFound
    );
}

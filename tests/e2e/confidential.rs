//! A confidential hero is invisible everywhere: every method that reads, asked as everybody who has no right to
//! them and with everything that might find them, and every event that leaves the gateway.

use std::collections::BTreeMap;

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_rpc::{MethodPolicy, Policies};
use jianyi_tests::{Lenience, PLANTED_NAMES, System, demo_folder};
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MethodDescriptor, Value};

use crate::fuzz::send::{Attempt, frame, send};

const READS: [&str; 9] = [
    "Get", "List", "Find", "Search", "Count", "Sum", "Verify", "Render", "Who",
];
const COUNTIES: [&str; 3] = ["410611", "410621", "410602"];
const NUMBERS: [&str; 6] = [
    "11010519491231002X",
    "410611198002290019",
    "410602198402290038",
    "41061119900101018X",
    "410603200108150014",
    "410602199003070016",
];

/// Somebody nobody may hear of, with everything that would tell.
#[derive(Debug)]
struct Hidden {
    person: String,
    hero: String,
    full_name: String,
    citizen_id: String,
    phone: String,
}

impl Hidden {
    /// What may not come out: ids instead of resource names, for a list may show them in another form.
    fn secrets(&self) -> [&str; 5] {
        let id = |name: &'_ str| name.rfind('/').map_or(0, |at| at + 1);
        [
            &self.person[id(&self.person)..],
            &self.hero[id(&self.hero)..],
            &self.full_name,
            &self.citizen_id,
            &self.phone,
        ]
    }
}

/// Half of them sealed from the beginning, half of them known to everybody first.
async fn hide(system: &System) -> Vec<Hidden> {
    let mut client = MemberServiceClient::new(system.channel().await);
    let mut hidden = Vec::new();
    let mut later = Vec::new();
    for (at, number) in NUMBERS.iter().enumerate() {
        let parent = format!("counties/{}", COUNTIES[at % COUNTIES.len()]);
        let full_name = PLANTED_NAMES[at % PLANTED_NAMES.len()].to_owned();
        let phone = format!("1390000{:04}", 1200 + at);
        let person = member::Person {
            full_name: full_name.clone(),
            citizen_id: (*number).into(),
            phone: phone.clone(),
            ..Default::default()
        };
        let request = member::CreatePersonRequest {
            parent: parent.clone(),
            person: Some(person),
            ..Default::default()
        };
        let person = client
            .create_person(request)
            .await
            .unwrap()
            .into_inner()
            .name;
        let sealed = at % 2 == 0;
        let hero = member::Hero {
            person: person.clone(),
            confirmed_on: "2024-04-01".into(),
            document_no: format!("鹤见评〔2024〕{}号", 100 + at),
            authority: "评定委员会".into(),
            honour_level: member::HonourLevel::CountyAdvanced.into(),
            confidentiality: if sealed {
                member::Confidentiality::Safety.into()
            } else {
                member::Confidentiality::Unspecified.into()
            },
            confidentiality_ground: if sealed {
                "安全".into()
            } else {
                String::new()
            },
            ..Default::default()
        };
        let request = member::CreateHeroRequest {
            parent,
            hero: Some(hero),
            ..Default::default()
        };
        let hero = client.create_hero(request).await.unwrap().into_inner().name;
        if !sealed {
            later.push(hero.clone());
        }
        hidden.push(Hidden {
            person,
            hero,
            full_name,
            citizen_id: (*number).into(),
            phone,
        });
    }
    // Stories are drafted, facts counted, events published; then they are sealed.
    system.settle().await;
    for name in later {
        let request = member::SealHeroRequest {
            name,
            level: member::Confidentiality::FamilyRequest.into(),
            ground: "家属要求".into(),
            ..Default::default()
        };
        client.seal_hero(request).await.unwrap();
    }
    system.settle().await;
    hidden
}

/// Requests of a method that might find somebody hidden: every text field that could name them, in turn.
fn questions(method: &MethodDescriptor, hidden: &[Hidden]) -> Vec<DynamicMessage> {
    let input = method.input();
    let mut base = DynamicMessage::new(input.clone());
    for field in input.fields() {
        let value = match (field.name(), field.kind()) {
            ("parent", _) => Value::String("counties/-".into()),
            ("year", Kind::Int32) => Value::I32(2024),
            ("page_size", Kind::Int32) => Value::I32(500),
            ("service", _) => Value::String("member/410611".into()),
            _ => continue,
        };
        base.set_field(&field, value);
    }
    let mut questions = vec![base.clone()];
    for county in COUNTIES {
        let mut there = base.clone();
        if there.has_field_by_name("parent") {
            there.set_field_by_name("parent", Value::String(format!("counties/{county}")));
            questions.push(there);
        }
    }
    for somebody in hidden {
        let part: String = somebody.full_name.chars().take(2).collect();
        let county = somebody.person.split("/people").next().unwrap().to_owned();
        for field in input
            .fields()
            .filter(|field| matches!(field.kind(), Kind::String))
        {
            let texts: Vec<&str> = match field.name() {
                "name" => vec![&somebody.person, &somebody.hero],
                "person" => vec![&somebody.person],
                "hero" | "resource" => vec![&somebody.hero],
                "query" => vec![
                    &somebody.full_name,
                    &part,
                    &somebody.citizen_id,
                    &somebody.phone,
                ],
                "citizen_id" => vec![&somebody.citizen_id],
                "phone" => vec![&somebody.phone],
                _ => continue,
            };
            for text in texts {
                let mut question = base.clone();
                if question.has_field_by_name("parent") {
                    question.set_field_by_name("parent", Value::String(county.clone()));
                }
                let value = if field.is_list() {
                    Value::List(vec![Value::String(text.to_owned())])
                } else {
                    Value::String(text.to_owned())
                };
                question.set_field(&field, value);
                questions.push(question);
            }
        }
    }
    questions
}

/// As whom a method is asked: every role that its policy admits, where such people work.
fn places(policy: &MethodPolicy) -> Vec<(String, &'static str)> {
    let mut places = Vec::new();
    for role in &policy.roles {
        match role.as_str() {
            // Nobody holds these, or a key does.
            "ROLE_SERVICE" | "ROLE_PUBLIC" | "ROLE_OPERATOR" | "ROLE_AGENCY" => {}
            "ROLE_COUNTY_CLERK" => {
                places.push((role.clone(), "410611"));
                places.push((role.clone(), "410621"));
            }
            "ROLE_TOWNSHIP_STATION" | "ROLE_LIAISON_OFFICER" => {
                places.push((role.clone(), "410611101"));
            }
            _ => places.push((role.clone(), "410600")),
        }
    }
    places
}

fn told(answer: &[u8], question: &[u8], hidden: &[Hidden]) -> Vec<String> {
    let holds = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    hidden
        .iter()
        .flat_map(Hidden::secrets)
        // Who asks by a name or number is told nothing when it comes back in the refusal.
        .filter(|secret| holds(answer, secret) && !holds(question, secret))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m29_a_confidential_hero_is_invisible_everywhere() {
    let system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let hidden = hide(&system).await;

    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    let mut leaks = Vec::new();
    for method in pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
    {
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let Some(policy) = policies.of(&path).flatten() else {
            continue;
        };
        let reads = READS.iter().any(|verb| method.name().starts_with(verb));
        if !reads || policy.open || policy.sealed || policy.reveals || method.is_server_streaming()
        {
            continue;
        }
        for (role, place) in places(policy) {
            let token = system.token_as(&role, place).await;
            for question in questions(&method, &hidden) {
                let bytes = question.encode_to_vec();
                let attempt = Attempt {
                    what: "a question",
                    path: path.clone(),
                    token: token.clone(),
                    body: frame(&bytes),
                    headers: Vec::new(),
                };
                let answer = send(system.session.channel(), &attempt).await.unwrap();
                *asked
                    .entry(format!("{:?}", answer.status.code()))
                    .or_default() += 1;
                let whole = [
                    &answer.message[..],
                    answer.status.message().as_bytes(),
                    answer.status.details(),
                ]
                .concat();
                // The record of what was done names what was touched to the audit administrator, by opaque ids.
                let record = method.name() == "ListAuditEntries";
                let told = told(&whole, &bytes, &hidden);
                for secret in told
                    .iter()
                    .filter(|secret| !(record && secret.contains('-')))
                {
                    leaks.push(format!("{path} as {role} in {place} tells {secret}"));
                }
            }
        }
    }
    println!("asked: {asked:?}");
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(asked.get("Ok").is_some_and(|ok| *ok > 300), "{asked:?}");

    // No event that leaves the gateway names any of them, whenever it was published.
    for event in crate::events_stream::all_events(&system).await {
        let told = told(event.to_string().as_bytes(), b"", &hidden);
        assert!(told.is_empty(), "{told:?} in {event}");
    }
    system.finish(Lenience::Strict).await;
}

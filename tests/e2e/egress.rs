//! Of all that a county's year made of events and replies, the county can say which fields went to whom; and what the
//! city has of the county is that and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{ListHeroesRequest, ListPeopleRequest};
use jianyi_tests::{Lenience, System, demo_folder, jianyi};
use serde_json::Value;

use crate::JIANYI;
use crate::people::confirm_hero;

const COUNTY: &str = "410621";

/// `jianyi egress report`, its lines.
async fn report(system: &System, person: &str) -> Vec<Value> {
    let dir = system.data_dir().to_str().unwrap();
    let args = [
        "egress",
        "report",
        "--county",
        COUNTY,
        "--format",
        "json",
        "--data-dir",
        dir,
        "--person",
        person,
    ];
    let output = jianyi(JIANYI, &args).output().await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    whole["lines"].as_array().unwrap().clone()
}

/// Paths of everything that is filled in, as contracts spell them.
fn paths(above: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.chars().fold(String::new(), |mut name, letter| {
                    if letter.is_ascii_uppercase() {
                        name.push('_');
                    }
                    name.push(letter.to_ascii_lowercase());
                    name
                });
                let path = if above.is_empty() {
                    name
                } else {
                    format!("{above}.{name}")
                };
                paths(&path, value, found);
            }
        }
        Value::Array(values) => {
            for value in values {
                paths(above, value, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.insert(above.to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_city_has_of_a_county_what_the_countys_ledger_says_and_nothing_else() {
    let system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let hero = confirm_hero(system.channel().await, COUNTY, "1", false).await;
    let before = report(&system, &hero.person).await;

    // Somebody of the city looks.
    let affairs = system.channel_as("ROLE_MEMBER_AFFAIRS", "410600").await;
    let mut city = MemberServiceClient::new(affairs);
    let parent = format!("counties/{COUNTY}");
    let people = ListPeopleRequest {
        parent: parent.clone(),
        ..Default::default()
    };
    let people = city.list_people(people).await.unwrap().into_inner().people;
    let heroes = ListHeroesRequest {
        parent,
        ..Default::default()
    };
    city.list_heroes(heroes).await.unwrap();
    // Somebody of the county does, which takes nothing out.
    let clerk = system.channel_as("ROLE_COUNTY_CLERK", COUNTY).await;
    let again = ListPeopleRequest {
        parent: format!("counties/{COUNTY}"),
        ..Default::default()
    };
    MemberServiceClient::new(clerk)
        .list_people(again)
        .await
        .unwrap();

    let about = report(&system, &hero.person).await;
    let rule = |line: &Value| {
        line["rule"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    };
    let listed: Vec<_> = about
        .iter()
        .filter(|line| rule(line) == "ListPeople")
        .collect();
    assert_eq!(listed.len(), 1, "{about:?}");
    assert_eq!(listed[0]["records"], people.len());
    assert_eq!(listed[0]["reach"], serde_json::json!(["410600"]));
    assert_eq!(listed[0]["plain_fields"], serde_json::json!([]));
    assert!(about.iter().any(|line| rule(line) == "ListHeroes"));
    assert!(
        before.iter().all(|line| rule(line) != "ListPeople"),
        "{before:?}"
    );

    // What the city's stream has of the county, by type: as often as the ledger says, and no field that it does not name.
    let mut said: BTreeMap<String, (i64, BTreeSet<String>)> = BTreeMap::new();
    for event in crate::events_stream::all_events(&system).await {
        let kind = event["type"].as_str().unwrap();
        if event["division"] == COUNTY && kind.starts_with("jianyi.member.") {
            let (times, fields) = said.entry(kind.to_owned()).or_default();
            *times += 1;
            paths("", &event["data"], fields);
        }
    }
    assert!(said.len() > 2, "{said:?}");
    let ledger = report(&system, "").await;
    for (kind, (times, fields)) in said {
        let line = ledger.iter().find(|line| line["rule"] == kind.as_str());
        let line = line.unwrap_or(&Value::Null);
        assert_eq!(
            (&line["times"], &line["recipient"]),
            (&times.into(), &"city".into()),
            "{kind}"
        );
        let named: BTreeSet<&str> = line["fields"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        for field in fields {
            let known = named.contains(field.as_str())
                || named
                    .iter()
                    .any(|named| field.starts_with(&format!("{named}.")));
            assert!(
                known,
                "{kind} carries {field}, which the ledger does not name"
            );
        }
    }
    system.finish(Lenience::Strict).await;
}

//! A confidential hero is invisible everywhere: every method that reads, asked as everybody who has no right to
//! them and with everything that might find them, and every event that leaves the gateway, by each of its doors.

mod hidden;
mod names;
mod questions;
mod streams;

use std::collections::{BTreeMap, BTreeSet};

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::{MethodPolicy, Policies};
use jianyi_tests::{Lenience, System, demo_folder};
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, MethodDescriptor};
use tonic::Code;

use crate::fuzz::send::{Attempt, frame, send};
use hidden::{Hidden, told};
use names::Names;

const READS: [&str; 9] = [
    "Get", "List", "Find", "Search", "Count", "Sum", "Verify", "Render", "Who",
];
const WATCH: &str = "/jianyi.gateway.v1.GatewayService/WatchEvents";

fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Where people of a role work; nowhere for those whom nobody is, or a key.
fn of_role(role: &str) -> Vec<&'static str> {
    match role {
        "ROLE_SERVICE" | "ROLE_PUBLIC" | "ROLE_OPERATOR" | "ROLE_AGENCY" => vec![],
        "ROLE_COUNTY_CLERK" => vec!["410611", "410621"],
        "ROLE_TOWNSHIP_STATION" | "ROLE_LIAISON_OFFICER" => vec!["410611101"],
        _ => vec!["410600"],
    }
}

/// As whom a method is asked: every role that its policy admits, where such people work.
fn places(policy: &MethodPolicy) -> Vec<(String, &'static str)> {
    let of = |role: &String| {
        of_role(role)
            .into_iter()
            .map(|place| (role.clone(), place))
            .collect::<Vec<_>>()
    };
    policy.roles.iter().flat_map(of).collect()
}

/// What was asked, what came back, and what should not have.
#[derive(Default)]
struct Tally {
    codes: BTreeMap<String, usize>,
    methods: BTreeMap<String, BTreeMap<String, usize>>,
    leaks: Vec<String>,
}

impl Tally {
    fn count(&mut self, path: &str, code: Code) {
        let code = format!("{code:?}");
        let of_method = self.methods.entry(path.to_owned()).or_default();
        *of_method.entry(code.clone()).or_default() += 1;
        *self.codes.entry(code).or_default() += 1;
    }

    fn of(&self, code: &str) -> usize {
        self.codes.get(code).copied().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m29_a_confidential_hero_is_invisible_everywhere() {
    let system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let hidden = hidden::enter(&system).await;
    // While some of them are still known: their stories and whatever else came of them can be asked for by name.
    let names = Names::learn(&system, &hidden).await;
    hidden::seal(&system, &hidden).await;

    let tally = ask_everything(&system, &names, &hidden).await;
    let asked: usize = tally.codes.values().sum();
    println!(
        "{asked} questions to {} methods: {:?}",
        tally.methods.len(),
        tally.codes
    );
    assert!(tally.leaks.is_empty(), "{}", tally.leaks.join("\n"));
    assert!(tally.of("Ok") > 300, "{:?}", tally.codes);
    // A question that is refused for its form never reached those who might have told.
    let misdirected = tally.of("InvalidArgument");
    assert!(
        misdirected * 2 <= asked,
        "{misdirected} of {asked}: {:#?}",
        tally.methods
    );

    watch_everything(&system, &hidden).await;
    system.finish(Lenience::Strict).await;
}

async fn ask_everything(system: &System, names: &Names, hidden: &[Hidden]) -> Tally {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let mut tally = Tally::default();
    for method in pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
    {
        let path = path(&method);
        let Some(policy) = policies.of(&path).flatten() else {
            continue;
        };
        let reads = READS.iter().any(|verb| method.name().starts_with(verb));
        if !reads || policy.open || policy.sealed || policy.reveals || method.is_server_streaming()
        {
            continue;
        }
        let questions = questions::questions(&method, names, hidden);
        for (role, place) in places(policy) {
            let token = system.token_as(&role, place).await;
            for question in &questions {
                let bytes = question.encode_to_vec();
                let attempt = Attempt {
                    what: "a question",
                    path: path.clone(),
                    token: token.clone(),
                    body: frame(&bytes),
                    headers: Vec::new(),
                };
                let answer = send(system.session.channel(), &attempt).await.unwrap();
                tally.count(&path, answer.status.code());
                let whole = [
                    &answer.message[..],
                    answer.status.message().as_bytes(),
                    answer.status.details(),
                ]
                .concat();
                // Who asks by a name or number is told nothing when it comes back in the refusal.
                let known = told(&bytes, hidden);
                // The record of what was done names what was touched to the audit administrator, by opaque ids.
                let record = method.name() == "ListAuditEntries";
                for secret in told(&whole, hidden) {
                    if !(known.contains(&secret) || record && secret.contains('-')) {
                        let leak = format!("{path} as {role} in {place} tells {secret}");
                        tally.leaks.push(leak);
                    }
                }
            }
        }
    }
    tally
}

/// No event that leaves the gateway names any of them, whenever it was published and whoever reads it.
async fn watch_everything(system: &System, hidden: &[Hidden]) {
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let admitted = &policies.of(WATCH).flatten().unwrap().roles;
    let roles: BTreeSet<String> = DescriptorPool::decode(DESCRIPTOR_SET)
        .unwrap()
        .get_enum_by_name("jianyi.api.v1.Role")
        .unwrap()
        .values()
        .map(|role| role.name().to_owned())
        .filter(|role| role != "ROLE_UNSPECIFIED")
        .collect();
    let everything = crate::events_stream::all_events(system).await;
    for event in &everything {
        let told = told(event.to_string().as_bytes(), hidden);
        assert!(told.is_empty(), "{told:?} in {event}");
    }
    let (mut readers, mut refused) = (0, 0);
    for role in &roles {
        for place in of_role(role) {
            let watched = streams::watched(system, role, place).await;
            let sent = streams::sent(system, role, place).await;
            if !admitted.contains(role) {
                assert_eq!(watched, Err(Code::PermissionDenied), "{role}");
                assert_eq!(sent, Err(403), "{role}");
                refused += 1;
                continue;
            }
            for shown in [watched.unwrap(), sent.unwrap()] {
                assert_eq!(shown.len(), everything.len(), "{role}");
                for event in shown {
                    let told = told(&event, hidden);
                    let event = String::from_utf8_lossy(&event);
                    assert!(told.is_empty(), "{role} is told {told:?} in {event}");
                }
            }
            readers += 1;
        }
    }
    println!(
        "{} events by each of two doors to {readers} readers, {refused} refused",
        everything.len()
    );
    assert!(
        readers > 2 && refused > 5,
        "{readers} read, {refused} refused"
    );
}

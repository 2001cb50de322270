//! Every unary method of the contracts against what nobody should send: through the gateway and past it.
//!
//! `JIANYI_FUZZ_ROUNDS` says how many right-looking requests each method gets; the malformed ones come once.

mod attack;
mod attempts;
mod dice;
mod generate;
mod judge;
mod rows;
pub(crate) mod send;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::api::v1::Role;
use jianyi_proto::identity::v1::MintTokenRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::{LimitsConfig, Policies};
use jianyi_standalone::world::{EdgeOptions, Mode};
use jianyi_tests::{System, demo_folder};
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use tonic::Code;

use dice::Dice;
use generate::{MALFORMED, Seen, learn};
use judge::telling;
use rows::Rows;
use send::{Attempt, frame, send};

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Panics of our own code, wherever they happen.
fn watch_for_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if place.starts_with("services/") || place.starts_with("proto/") {
            PANICS.lock().unwrap().push(format!("{place}: {info}"));
        }
        before(info);
    }));
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test is told its size by whoever runs it"
)]
fn rounds() -> usize {
    std::env::var("JIANYI_FUZZ_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10)
}

struct Fuzz {
    system: System,
    policies: Policies,
    tokens: BTreeMap<String, String>,
    seen: Seen,
    dice: Dice,
    databases: Vec<Rows>,
    telling: BTreeSet<String>,
    counts: BTreeMap<i32, usize>,
    /// How many refused calls of a method are known to have left every row as it was.
    checked: BTreeMap<String, usize>,
    /// Batches of which something was accepted that changed rows: what shows that a change is seen.
    moved: usize,
    findings: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_requests_get_the_right_code_and_leave_nothing_behind() {
    watch_for_panics();
    let unlimited = LimitsConfig {
        rate_per_second: 0,
        rate_burst: 0,
        concurrency_per_caller: 0,
        concurrency: 0,
    };
    let system = System::start_as(Mode::InProcess, |_| EdgeOptions {
        limits: unlimited,
        ..EdgeOptions::default()
    })
    .await;
    system.load(&demo_folder()).await.unwrap();
    system.settle().await;
    let databases = databases(&system).await;
    let mut fuzz = Fuzz {
        tokens: tokens(&system).await,
        system,
        policies: Policies::from_descriptors(DESCRIPTOR_SET).unwrap(),
        seen: Seen::new(),
        dice: Dice::new(20_240_501),
        telling: telling(
            databases
                .iter()
                .flat_map(|rows| rows.tables.iter().map(String::as_str)),
        ),
        databases,
        counts: BTreeMap::new(),
        checked: BTreeMap::new(),
        moved: 0,
        findings: Vec::new(),
    };
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let methods: Vec<MethodDescriptor> = pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .filter(|method| !method.is_client_streaming() && !method.is_server_streaming())
        .collect();
    fuzz.look_around(&methods).await;
    for method in &methods {
        fuzz.attack(method).await;
    }
    let calls: usize = fuzz.counts.values().sum();
    let by_code: Vec<String> = fuzz
        .counts
        .iter()
        .map(|(code, n)| format!("{:?} {n}", Code::from(*code)))
        .collect();
    println!(
        "{} methods, {calls} calls, {}",
        methods.len(),
        by_code.join(", ")
    );
    let writes: Vec<&str> = methods
        .iter()
        .filter(|method| !only_reads(method))
        .map(MethodDescriptor::full_name)
        .collect();
    let (checked, unchecked): (Vec<&str>, Vec<&str>) = writes.iter().partition(|method| {
        fuzz.checked
            .get(**method)
            .is_some_and(|refused| *refused > 0)
    });
    println!(
        "{} of {} write methods row-checked on {} refused calls; {} accepted batches changed rows",
        checked.len(),
        writes.len(),
        checked
            .iter()
            .map(|method| fuzz.checked[*method])
            .sum::<usize>(),
        fuzz.moved
    );
    assert!(fuzz.moved > 0, "no change of any row was seen");
    assert!(calls > methods.len() * (MALFORMED + rounds()));
    let findings = std::mem::take(&mut fuzz.findings);
    assert!(
        findings.is_empty(),
        "{} findings\n{}",
        findings.len(),
        findings.join("\n")
    );
    assert!(unchecked.is_empty(), "not row-checked: {unchecked:?}");
    let panics = PANICS.lock().unwrap().clone();
    assert!(panics.is_empty(), "{}", panics.join("\n"));
    fuzz.system.world.stop().await.unwrap();
}

/// The databases of all services.
async fn databases(system: &System) -> Vec<Rows> {
    let mut databases = Vec::new();
    for name in system.world.names() {
        if let Some(url) = system.world.database_url(&name)
            && name != "gateway"
        {
            databases.push(Rows::of(&name, &url).await);
        }
    }
    databases
}

/// A token of every role that one can be made for.
async fn tokens(system: &System) -> BTreeMap<String, String> {
    let mut tokens = BTreeMap::new();
    for number in 1..64 {
        let Ok(role) = Role::try_from(number) else {
            continue;
        };
        let wanted = MintTokenRequest {
            role: role.into(),
            division: "410600".into(),
            ttl_seconds: 3600,
            ..Default::default()
        };
        let wanted = system.session.request(wanted).await.unwrap();
        let minted = IdentityServiceClient::new(system.session.channel())
            .mint_token(wanted)
            .await;
        if let Ok(minted) = minted {
            tokens.insert(
                role.as_str_name().to_owned(),
                minted.into_inner().access_token,
            );
        }
    }
    assert!(tokens.len() > 5, "{} tokens", tokens.len());
    tokens
}

fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

fn context(method: &MethodDescriptor) -> String {
    let package = method.parent_service().full_name().to_owned();
    package.split('.').nth(1).unwrap().to_owned()
}

fn only_reads(method: &MethodDescriptor) -> bool {
    ["Get", "List", "Find", "Search", "Who"]
        .iter()
        .any(|verb| method.name().starts_with(verb))
}

impl Fuzz {
    /// The tokens of all roles that may call a method; anybody's, when that is not asked.
    fn tokens_for(&self, method: &MethodDescriptor) -> Vec<String> {
        let policy = self.policies.of(&path(method)).flatten();
        let fitting: Vec<String> = policy
            .iter()
            .flat_map(|policy| &policy.roles)
            .filter_map(|role| self.tokens.get(role).cloned())
            .collect();
        if fitting.is_empty() {
            return self.tokens.values().take(1).cloned().collect();
        }
        fitting
    }

    /// Learns from every list what there is, so that requests can name it.
    async fn look_around(&mut self, methods: &[MethodDescriptor]) {
        for method in methods.iter().filter(|method| only_reads(method)) {
            let mut question = DynamicMessage::new(method.input());
            if question.get_field_by_name("parent").is_some() {
                let all = prost_reflect::Value::String("counties/-".into());
                question.set_field_by_name("parent", all);
            }
            let token = self.tokens_for(method).remove(0);
            let attempt = Attempt {
                what: "look",
                path: path(method),
                token,
                body: frame(&question.encode_to_vec()),
                headers: Vec::new(),
            };
            if let Ok(answer) = send(self.system.session.channel(), &attempt).await
                && let Ok(answer) = DynamicMessage::decode(method.output(), answer.message)
            {
                learn(&answer, &mut self.seen);
            }
        }
        assert!(self.seen.get("name").is_some_and(|names| names.len() > 10));
    }
}

//! Every unary method of the contracts against what nobody should send: through the gateway and past it.
//!
//! `JIANYI_FUZZ_ROUNDS` says how many right-looking requests each method gets; the malformed ones come once.

mod dice;
mod generate;
mod rows;
pub(crate) mod send;

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::StreamExt as _;
use http::{HeaderName, HeaderValue};
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
use tonic::transport::Channel;

use dice::Dice;
use generate::{FIELDS, MALFORMED, Seen, learn, malformed, request};
use rows::Rows;
use send::{Answer, Attempt, frame, framed, send};

/// Words that only our inside uses.
const INSIDE: [&str; 18] = [
    "sqlx",
    "panicked",
    "postgres",
    "prost",
    "tonic",
    "hyper",
    "protobuf",
    "/src/",
    ".rs:",
    "thread '",
    "jetstream",
    "nats:",
    "constraint",
    "relation \"",
    "syntax error",
    "os error",
    "127.0.0.1",
    "backtrace",
];

/// Starts as a background matter of its own and goes on after the answer.
const GOES_ON: &str = "Rebuild";

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
    counts: BTreeMap<i32, usize>,
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
    let mut fuzz = Fuzz {
        tokens: tokens(&system).await,
        system,
        policies: Policies::from_descriptors(DESCRIPTOR_SET).unwrap(),
        seen: Seen::new(),
        dice: Dice::new(20_240_501),
        counts: BTreeMap::new(),
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
    assert!(calls > methods.len() * (MALFORMED + rounds()));
    let findings = std::mem::take(&mut fuzz.findings);
    assert!(
        findings.is_empty(),
        "{} findings\n{}",
        findings.len(),
        findings.join("\n")
    );
    let panics = PANICS.lock().unwrap().clone();
    assert!(panics.is_empty(), "{}", panics.join("\n"));
    fuzz.system.world.stop().await.unwrap();
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

    async fn attack(&mut self, method: &MethodDescriptor) {
        let context = context(method);
        let attempts = self.attempts(method);
        let mut databases = Vec::new();
        for name in self.system.world.names() {
            if name.split('/').next() == Some(context.as_str())
                && name != "gateway"
                && let Some(url) = self.system.world.database_url(&name)
            {
                databases.push(Rows::of(&url).await);
            }
        }
        let mut channels = vec![self.system.session.channel()];
        let services = self.system.world.addresses().services.clone();
        let own = services
            .iter()
            .find(|(name, _)| name.split('/').next() == Some(context.as_str()))
            .filter(|(name, _)| *name != "gateway");
        if let Some((_, at)) = own {
            channels.push(jianyi_rpc::connect_lazy(&format!("http://{at}")).unwrap());
        }
        let mut before = Vec::new();
        for database in &mut databases {
            before.push(database.count().await);
        }
        let mut went_through = false;
        for channel in channels {
            went_through |= self.send_all(method, channel, &attempts).await;
        }
        let writes = went_through && !only_reads(method);
        if writes || method.name().contains(GOES_ON) {
            // What was accepted reaches others before they are counted.
            self.system.settle().await;
            return;
        }
        for (database, before) in databases.iter_mut().zip(before) {
            let after = database.count().await;
            if after != before {
                self.findings.push(format!(
                    "{}: nothing was accepted, but rows changed from {before:?} to {after:?}",
                    method.full_name()
                ));
            }
        }
    }

    /// Whether any call was accepted.
    async fn send_all(
        &mut self,
        method: &MethodDescriptor,
        channel: Channel,
        attempts: &[Attempt],
    ) -> bool {
        let answers: Vec<(&Attempt, Result<Answer, String>)> =
            futures::stream::iter(attempts.iter().map(|attempt| {
                let channel = channel.clone();
                async move { (attempt, send(channel, attempt).await) }
            }))
            .buffer_unordered(6)
            .collect()
            .await;
        let mut accepted = false;
        for (attempt, answer) in answers {
            let at = format!("{} ({})", method.full_name(), attempt.what);
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    self.findings.push(format!("{at}: no answer: {error}"));
                    continue;
                }
            };
            let status = &answer.status;
            *self.counts.entry(status.code().into()).or_default() += 1;
            accepted |= status.code() == Code::Ok;
            if matches!(
                status.code(),
                Code::Internal | Code::Unknown | Code::DataLoss | Code::Unavailable
            ) {
                self.findings.push(format!("{at}: {status:?}"));
            }
            let details = String::from_utf8_lossy(status.details()).into_owned();
            let told = format!("{} {details}", status.message()).to_lowercase();
            for word in INSIDE {
                // What the caller wrote may come back to him.
                if told.contains(word) {
                    self.findings.push(format!("{at}: tells {word}: {told}"));
                }
            }
        }
        accepted
    }

    fn attempts(&mut self, method: &MethodDescriptor) -> Vec<Attempt> {
        let tokens = self.tokens_for(method);
        let mut attempts = Vec::new();
        let mut add = |what, body, headers: Vec<(&'static str, HeaderValue)>| {
            attempts.push(Attempt {
                what,
                path: path(method),
                token: tokens[attempts.len() % tokens.len()].clone(),
                body,
                headers: headers
                    .into_iter()
                    .map(|(name, value)| (HeaderName::from_static(name), value))
                    .collect(),
            });
        };
        let input = method.input();
        for round in 0..rounds() {
            let hostile =
                (round > 0).then(|| self.dice.below(FIELDS.min(input.fields().len() * 2 + 1)));
            let message = request(&input, &self.seen, &mut self.dice, hostile);
            add("hostile", frame(&message.encode_to_vec()), vec![]);
        }
        let good = request(&input, &self.seen, &mut self.dice, None);
        for kind in 0..MALFORMED {
            // The large ones for every eighth method: they cost the most and meet the same decoder.
            if matches!(kind, 7 | 8) && !self.dice.one_in(8) {
                continue;
            }
            add("malformed", frame(&malformed(&input, &good, kind)), vec![]);
        }
        let bytes = good.encode_to_vec();
        let length = u32::try_from(bytes.len()).unwrap();
        add("no frame", bytes::Bytes::new(), vec![]);
        add("half a frame", framed(0, length + 1000, &bytes), vec![]);
        add("endless frame", framed(0, u32::MAX, &bytes), vec![]);
        add("unknown flag", framed(7, length, &bytes), vec![]);
        add("unannounced compression", framed(1, length, &bytes), vec![]);
        let gzip = || vec![("grpc-encoding", HeaderValue::from_static("gzip"))];
        add(
            "compressed garbage",
            framed(1, 4, &[0x1f, 0x8b, 0xff, 0x00]),
            gzip(),
        );
        if self.dice.one_in(8) {
            add("oversized", frame(&vec![0x41; 17 * 1024 * 1024]), vec![]);
        }
        for (name, value) in [
            ("grpc-timeout", HeaderValue::from_static("-1S; drop")),
            (
                "traceparent",
                HeaderValue::from_static("'; drop table people;--"),
            ),
            (
                "x-jianyi-peer",
                HeaderValue::from_static("../../etc/passwd"),
            ),
            (
                "authorization",
                HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap(),
            ),
            ("x-long", HeaderValue::try_from("x".repeat(20_000)).unwrap()),
            ("x-garbage-bin", HeaderValue::from_static("!!!")),
            (
                "accept-encoding",
                HeaderValue::from_static("=cmd|' /C calc'!A0"),
            ),
        ] {
            add("metadata", frame(b"\xff"), vec![(name, value)]);
        }
        attempts
    }
}

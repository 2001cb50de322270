//! The city's identity is away: a county's people log in at their branch with password and code, register somebody,
//! and the city hears of it once.
//!
//! One broker stands for both sites' here; what a cut between brokers does to events is another story's.

use std::net::SocketAddr;
use std::time::Duration;

use jianyi_kernel::Clock;
use jianyi_proto::api::v1::Role;
use jianyi_proto::identity::v1 as identity;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_standalone::world::{Boot, run_service};
use jianyi_telemetry::{Shutdown, task};
use jianyi_testkit::{Bearer, TestChannel, authenticator, eventually};
use jianyi_tests::{Lenience, System};
use tonic::Code;
use tonic::transport::Channel;
use tonic_types::StatusExt as _;

use crate::people::PLANTED_NAME;

const COUNTY: &str = "410621";
const LOGIN: &str = "island-clerk";
const FIRST: &str = "First-of-all-2024!";
const OWN: &str = "My-own-words-2024!";

fn with(channel: Channel, token: &str) -> TestChannel {
    TestChannel::new(channel, Bearer::new(token.to_owned()))
}

fn person() -> member::CreatePersonRequest {
    member::CreatePersonRequest {
        parent: format!("counties/{COUNTY}"),
        person: Some(member::Person {
            full_name: PLANTED_NAME.into(),
            document_kind: member::DocumentKind::None.into(),
            ..Default::default()
        }),
        request_id: "island".into(),
    }
}

/// A clerk of the county with a password of his own and a second factor; its secret.
async fn clerk(system: &System) -> String {
    let mut administrators = IdentityServiceClient::new(system.channel().await);
    let account = identity::CreateAccountRequest {
        account: Some(identity::Account {
            login: LOGIN.into(),
            label: "浚县经办".into(),
            ..Default::default()
        }),
        password: FIRST.into(),
        request_id: String::new(),
    };
    let account = administrators
        .create_account(account)
        .await
        .unwrap()
        .into_inner();
    let grant = identity::AddGrantRequest {
        name: account.name.clone(),
        grant: Some(identity::RoleGrant {
            role: Role::CountyClerk.into(),
            division: COUNTY.into(),
            ..Default::default()
        }),
        reason: "岗位需要".into(),
        request_id: String::new(),
    };
    administrators.add_grant(grant).await.unwrap();
    let mut nobody = IdentityServiceClient::new(system.session.channel());
    let first = identity::LoginRequest {
        login: LOGIN.into(),
        password: FIRST.into(),
        code: String::new(),
    };
    let pair = nobody.login(first).await.unwrap().into_inner();
    let change = identity::ChangePasswordRequest {
        name: account.name,
        current_password: FIRST.into(),
        new_password: OWN.into(),
        request_id: String::new(),
    };
    let mut own = IdentityServiceClient::new(with(system.session.channel(), &pair.access_token));
    own.change_password(change).await.unwrap();
    let next = identity::RefreshTokenRequest {
        refresh_token: pair.refresh_token,
        request_id: String::new(),
    };
    let pair = nobody.refresh_token(next).await.unwrap().into_inner();
    let mut own = IdentityServiceClient::new(with(system.session.channel(), &pair.access_token));
    let begun = own.begin_totp(identity::BeginTotpRequest {}).await.unwrap();
    let secret = begun.into_inner().secret;
    let code = authenticator(&secret, Clock::system().now());
    let confirm = identity::ConfirmTotpRequest { code };
    own.confirm_totp(confirm).await.unwrap();
    secret
}

/// Starts the county's branch as its site would, on a database of its own.
async fn start_branch(system: &mut System, key: String, shutdown: Shutdown) -> SocketAddr {
    let database = format!("identity_{COUNTY}");
    let postgres = system.world.postgres();
    postgres.ensure_databases(&[&database]).await.unwrap();
    let owner = postgres.url_for(&database);
    let application = postgres.application_url_for(&database);
    let listen = SocketAddr::from(([127, 0, 0, 1], jianyi_provision::free_port()));
    let login = system.world.nats_login();
    let settings = [("JIANYI_SITE", "county".into()), ("JIANYI_BRANCH_KEY", key)];
    let boot = Boot {
        context: "identity".into(),
        division: Some(COUNTY.into()),
        through_the_bus: false,
        listen,
        database_url: application.clone().unwrap_or_else(|| owner.clone()),
        database_owner_url: application.is_some().then_some(owner),
        connections: 4,
        field_key: "YSBjb3VudHkncyBvd24ga2V5LCBub3QgdGhlIGNpdHk=".into(),
        field_algorithm: "aes-256-gcm".into(),
        nats_url: system.world.addresses().nats.clone(),
        nats_login: login.map(|(user, password)| (user.into(), password.into())),
        identity_url: format!("http://{listen}"),
        settings: settings.map(|(key, value)| (key.into(), value)).into(),
        services: Default::default(),
        counties: Default::default(),
        tls: Default::default(),
        client_ca: None,
        console: (None, None, false),
        mtls: Default::default(),
        limits: [1000, 2000, 256, 4096],
        export: Default::default(),
        log: jianyi_testkit::EVERYTHING.into(),
        log_dir: None,
    };
    task::spawn("branch", async move {
        run_service(boot, shutdown)
            .await
            .expect("the branch serves");
    });
    listen
}

async fn login(branch: &Channel, secret: &str) -> Result<identity::LoginResponse, tonic::Status> {
    // The code of the next half minute counts as well; that of this one may have been used to enrol.
    let next = Clock::system().now().as_offset() + Duration::from_secs(30);
    let request = identity::LoginRequest {
        login: LOGIN.into(),
        password: OWN.into(),
        code: authenticator(secret, jianyi_kernel::Timestamp::from_offset(next)),
    };
    let answer = IdentityServiceClient::new(branch.clone())
        .login(request)
        .await;
    answer.map(tonic::Response::into_inner)
}

/// How many events of a subject the broker holds.
async fn events(system: &System, stream: &str, subject: &str) -> u64 {
    let (user, password) = system.world.nats_login().unwrap_or_default();
    let client = async_nats::ConnectOptions::with_user_and_password(user.into(), password.into())
        .connect(&system.world.addresses().nats)
        .await
        .unwrap();
    let stream = async_nats::jetstream::new(client)
        .get_stream(stream)
        .await
        .unwrap();
    let mut subjects = stream.info_with_subjects(subject).await.unwrap();
    let mut count = 0;
    while let Some(found) = futures::TryStreamExt::try_next(&mut subjects)
        .await
        .unwrap()
    {
        count += u64::try_from(found.1).unwrap();
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_county_logs_in_and_registers_people_while_the_city_is_away() {
    let mut system = System::start().await;
    let secret = clerk(&system).await;
    let ensure = identity::EnsureBranchRequest {
        division: COUNTY.into(),
        replace_key: false,
    };
    let mut operator = IdentityServiceClient::new(system.channel().await);
    let key = operator
        .ensure_branch(ensure)
        .await
        .unwrap()
        .into_inner()
        .branch_key;
    let shutdown = Shutdown::new();
    let listen = start_branch(&mut system, key, shutdown.clone()).await;
    let branch = jianyi_rpc::connect_lazy(&format!("http://{listen}")).unwrap();
    let affairs = system.token_as("ROLE_MEMBER_AFFAIRS", "410600").await;
    // What the city said has arrived, keys and the account.
    let jwks = || async {
        let keys = IdentityServiceClient::new(branch.clone())
            .get_jwks(identity::GetJwksRequest {})
            .await;
        keys.map_or(0, |keys| keys.into_inner().keys.len())
    };
    eventually!(jwks().await == 2);
    let known = || async {
        let asked = identity::LoginRequest {
            login: LOGIN.into(),
            password: OWN.into(),
            code: String::new(),
        };
        let answer = IdentityServiceClient::new(branch.clone())
            .login(asked)
            .await;
        answer.is_err_and(|status| {
            let details = status.get_error_details();
            let reason = details.error_info().map(|info| info.reason.as_str());
            reason == Some("SECOND_FACTOR_REQUIRED")
        })
    };
    eventually!(known().await);

    // The city is gone, and the county's own services start anew.
    let service = format!("member/{COUNTY}");
    system
        .world
        .ask_identity_at(&service, &format!("http://{listen}"))
        .unwrap();
    system.world.stop_service("identity").await.unwrap();
    system.world.restart(&service).await.unwrap();
    let registered = format!("jianyi.member.{COUNTY}.person_registered");
    let before = events(&system, "JY_MEMBER", &registered).await;

    let pair = login(&branch, &secret).await.unwrap();
    let at = format!("http://{}", system.world.addresses().services[&service]);
    let direct = jianyi_rpc::connect_lazy(&at).unwrap();
    let mut clerk = MemberServiceClient::new(with(direct.clone(), &pair.access_token));
    let made = clerk.create_person(person()).await.unwrap().into_inner();
    let again = clerk.create_person(person()).await.unwrap().into_inner();
    assert_eq!(made.name, again.name);
    // What comes through the city's gateway is admitted, too: the city's keys were told.
    let list = member::ListPeopleRequest {
        parent: format!("counties/{COUNTY}"),
        ..Default::default()
    };
    let mut from_city = MemberServiceClient::new(with(direct, &affairs));
    from_city.list_people(list.clone()).await.unwrap();

    // The city is back. It heard of the person once, and does not know the branch's keys.
    system.world.restart("identity").await.unwrap();
    eventually!(events(&system, "JY_MEMBER", &registered).await == before + 1);
    let mut at_gateway =
        MemberServiceClient::new(with(system.session.channel(), &pair.access_token));
    let refused = at_gateway.list_people(list).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    // What was done at the branch is in its log, whose heads the city has.
    let heads = format!("jianyi.audit.{COUNTY}.>");
    eventually!(events(&system, "JY_AUDIT", &heads).await > 0);

    let city = format!("http://{}", system.world.addresses().services["identity"]);
    system.world.ask_identity_at(&service, &city).unwrap();
    system.world.restart(&service).await.unwrap();
    shutdown.trigger();
    assert_eq!(events(&system, "JY_MEMBER", &registered).await, before + 1);
    system.finish(Lenience::Strict).await;
}

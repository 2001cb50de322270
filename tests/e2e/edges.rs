//! A system as it stands in containers: certificates from files on every connection. Who shows which, who is refused,
//! and what one caller may ask for, all of it through the ports that others reach.

use std::path::PathBuf;
use std::time::Duration;

use jianyi_kernel::Clock;
use jianyi_proto::care::v1::VerifyEntitlementRequest;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{FindPersonRequest, ListPeopleRequest};
use jianyi_rpc::{ClientTls, LimitsConfig, MtlsConfig, connect_with};
use jianyi_standalone::world::{EdgeOptions, Mode, Tls};
use jianyi_testkit::{Bearer, TestChannel, eventually};
use jianyi_tests::{Lenience, System};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

const VERIFY: &str = "/jianyi.care.v1.CareService/VerifyEntitlement";
const COUNTY: &str = "counties/410611";
/// Calls of one caller at a time.
const AT_A_TIME: u32 = 4;
/// Calls a minute that the contract allows for looking up a number.
const A_MINUTE: usize = 30;

/// An authority, and what it certified.
struct Authority {
    folder: tempfile::TempDir,
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate for `localhost` with its chain, its key, and its fingerprint.
struct Certified {
    chain: PathBuf,
    key: PathBuf,
    fingerprint: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), &pem).unwrap();
        Self {
            folder,
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    fn certify(&self, name: &str) -> Certified {
        let file = |kind: &str| self.folder.path().join(format!("{name}.{kind}"));
        let (chain, key) = (file("pem"), file("key"));
        let pair = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&pair, &self.issuer).unwrap();
        std::fs::write(&chain, format!("{}{}", certificate.pem(), self.pem)).unwrap();
        std::fs::write(&key, pair.serialize_pem()).unwrap();
        let digest = Sha256::digest(certificate.der());
        Certified {
            chain,
            key,
            fingerprint: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// A connection that shows a certificate.
fn showing(url: &str, trusted: &Authority, own: &Certified) -> Channel {
    let read = |path| std::fs::read_to_string(path).unwrap();
    let tls = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&trusted.pem))
        .identity(Identity::from_pem(read(&own.chain), read(&own.key)))
        .domain_name("localhost");
    let endpoint = Endpoint::from_shared(url.to_owned()).unwrap();
    endpoint.tls_config(tls).unwrap().connect_lazy()
}

fn reason(status: &Status) -> String {
    let info = status.get_error_details().error_info().cloned();
    info.map(|info| info.reason).unwrap_or_default()
}

fn comes_back(status: &Status) -> bool {
    let details = status.get_error_details();
    details
        .retry_info()
        .is_some_and(|info| info.retry_delay.is_some_and(|delay| !delay.is_zero()))
}

async fn exchange(channel: Channel, client: &str) -> Result<String, Status> {
    let request = pb::ExchangeAssertionRequest {
        assertion: String::new(),
        client: client.into(),
    };
    let reply = IdentityServiceClient::new(channel)
        .exchange_assertion(request)
        .await?;
    Ok(reply.into_inner().access_token)
}

/// Registers an agency by its certificate alone.
async fn register(system: &System, certificate: &Certified) -> String {
    let client = pb::Client {
        kind: pb::ClientKind::BusOperator.into(),
        label: "市公交公司".into(),
        methods: vec![VERIFY.into()],
        divisions: vec!["410600".into()],
        certificate_sha256: certificate.fingerprint.clone(),
        valid_until: Some(prost_types::Timestamp {
            seconds: Clock::system().now().to_unix().0 + 24 * 60 * 60,
            nanos: 0,
        }),
        ..Default::default()
    };
    let security = system
        .channel_as("ROLE_SECURITY_ADMINISTRATOR", "410600")
        .await;
    let request = pb::RegisterClientRequest {
        client: Some(client),
        request_id: String::new(),
    };
    let registered = IdentityServiceClient::new(security)
        .register_client(request)
        .await;
    registered.unwrap().into_inner().name
}

async fn people(channel: TestChannel, parent: String) -> Result<(), Status> {
    let mut request = Request::new(ListPeopleRequest {
        parent,
        ..Default::default()
    });
    // Servers answer some milliseconds before the client gives up by itself.
    request.set_timeout(Duration::from_secs(3));
    let mut member = MemberServiceClient::new(channel).max_encoding_message_size(usize::MAX);
    member.list_people(request).await.map(|_| ())
}

async fn find(channel: TestChannel) -> Result<(), Status> {
    let request = FindPersonRequest {
        parent: COUNTY.into(),
        phone: "13800000000".into(),
        ..Default::default()
    };
    let found = MemberServiceClient::new(channel).find_person(request).await;
    match found {
        Err(status) if status.code() == Code::NotFound => Ok(()),
        other => other.map(|_| ()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g20_a_system_on_certificates_from_files_knows_its_callers_and_their_limits() {
    let (inner, agencies, stranger) = (Authority::new(), Authority::new(), Authority::new());
    let (front, own) = (inner.certify("gateway"), inner.certify("services"));
    let system = System::start_as(Mode::InProcess, |_| EdgeOptions {
        tls: Tls::Files {
            certificate: front.chain.clone(),
            key: front.key.clone(),
        },
        client_ca: Some(agencies.folder.path().join("ca.pem")),
        mtls: MtlsConfig {
            mtls_ca: Some(inner.folder.path().join("ca.pem")),
            mtls_cert: Some(own.chain.clone()),
            mtls_key: Some(own.key.clone()),
        },
        limits: LimitsConfig {
            concurrency_per_caller: AT_A_TIME,
            ..LimitsConfig::default()
        },
        console: Default::default(),
        through_the_bus: Vec::new(),
    })
    .await;
    // The gateway calls every service, and services call identity, over mutual TLS.
    eventually!(system.statuses().await.iter().all(|it| it.healthy));
    let clerk = system.channel_as("ROLE_COUNTY_CLERK", "410611").await;
    people(clerk.clone(), COUNTY.into()).await.unwrap();

    // A service answers nobody else.
    let at = &system.world.addresses().services["member/410611"];
    let port = at.rsplit(':').next().unwrap();
    let service = format!("https://localhost:{port}");
    let token = system.token_as("ROLE_COUNTY_CLERK", "410611").await;
    let past = |channel| TestChannel::new(channel, Bearer::new(token.clone()));
    let known = past(showing(&service, &inner, &own));
    people(known.clone(), COUNTY.into()).await.unwrap();
    let bare = ClientTls::trusting(inner.pem.clone());
    let plain = format!("http://localhost:{port}");
    for unknown in [
        connect_with(&service, &bare).unwrap(),
        showing(&service, &inner, &stranger.certify("somebody")),
        showing(&service, &inner, &agencies.certify("an-agency")),
        jianyi_rpc::connect_lazy(&plain).unwrap(),
    ] {
        let refused = people(past(unknown), COUNTY.into()).await.unwrap_err();
        // The connection fails: no answer of ours.
        assert_eq!(reason(&refused), "", "{refused:?}");
    }

    // An agency is who its certificate says, when it is registered and of the right authority.
    let bus = agencies.certify("bus");
    let client = register(&system, &bus).await;
    let gateway = system.http();
    let certified = showing(&gateway, &inner, &bus);
    let agency = exchange(certified.clone(), &client).await.unwrap();
    let verify = VerifyEntitlementRequest {
        benefit: jianyi_proto::care::events::v1::BenefitKind::FreeBus.into(),
        credential_no: "BUS-0001".into(),
        ..Default::default()
    };
    let agency = TestChannel::new(certified, Bearer::new(agency));
    let answer = CareServiceClient::new(agency)
        .verify_entitlement(verify)
        .await;
    assert!(!answer.unwrap().into_inner().entitled);
    let unregistered = showing(&gateway, &inner, &agencies.certify("unregistered"));
    for other in [unregistered, system.session.channel()] {
        let refused = exchange(other, &client).await.unwrap_err();
        assert_eq!(reason(&refused), "ASSERTION_REFUSED");
    }
    let foreign = showing(&gateway, &inner, &stranger.certify("bus"));
    let refused = exchange(foreign, &client).await.unwrap_err();
    assert_eq!(reason(&refused), "", "{refused:?}");

    limits(&system, [clerk, known]).await;
    system.finish(Lenience::Strict).await;
}

/// What one caller may ask for, through the gateway and past it.
async fn limits(system: &System, ways: [TestChannel; 2]) {
    // The gateway takes what the largest method takes, a service four mebibytes.
    for (way, mebibytes) in ways.iter().zip([17, 5]) {
        let large = people(way.clone(), "x".repeat(mebibytes * 1024 * 1024)).await;
        let large = large.unwrap_err();
        assert_eq!(large.code(), Code::ResourceExhausted);
        assert_eq!(reason(&large), "TOO_LARGE");
    }

    // Nobody gets an answer while the table is locked: some wait until their time is over, the others are told.
    let url = system.world.database_url("member/410611").unwrap();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    for way in &ways {
        let mut lock = conn.begin().await.unwrap();
        sqlx::query("lock table people in access exclusive mode")
            .execute(&mut *lock)
            .await
            .unwrap();
        let calls = (0..AT_A_TIME + 2).map(|_| people(way.clone(), COUNTY.into()));
        let answers = futures::future::join_all(calls).await;
        let refused: Vec<Status> = answers.into_iter().map(Result::unwrap_err).collect();
        let (many, late): (Vec<_>, Vec<_>) = refused
            .iter()
            .partition(|status| status.code() == Code::ResourceExhausted);
        assert_eq!((late.len(), many.len()), (4, 2), "{refused:?}");
        // This client keeps the same deadline by itself, and on a busy machine it is the first to see it pass;
        // what the servers say when it does is told by `grpc_web`, whose client has none.
        assert!(
            late.iter()
                .all(|status| matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled)),
            "{late:?}"
        );
        for status in many {
            assert_eq!(status.code(), Code::ResourceExhausted);
            assert_eq!(reason(status), "TOO_MANY_CONCURRENT");
            assert!(comes_back(status));
        }
        lock.rollback().await.unwrap();
        people(way.clone(), COUNTY.into()).await.unwrap();
    }

    // Each server counts by itself, so what went through the gateway counts behind it, too.
    let [front, behind] = ways;
    let mut allowed = 0;
    let refused = loop {
        match find(front.clone()).await {
            Ok(()) => allowed += 1,
            Err(status) => break status,
        }
        assert!(allowed < 3 * A_MINUTE, "nothing limits it");
    };
    assert!(allowed >= A_MINUTE, "{allowed}");
    let past = loop {
        match find(behind.clone()).await {
            Ok(()) => allowed += 1,
            Err(status) => break status,
        }
        assert!(allowed < 3 * A_MINUTE, "nothing limits it");
    };
    for status in [refused, past] {
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert_eq!(reason(&status), "RATE_LIMITED");
        assert!(comes_back(&status));
    }
}

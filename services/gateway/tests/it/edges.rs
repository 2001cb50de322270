//! TLS of the front door, certificates of callers and of services, and what one caller may ask for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jianyi_gateway::AUTHORITY_FILE;
use jianyi_kernel::Clock;
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::care::v1::ListActivitiesRequest;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::member::v1::FindPersonRequest;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_rpc::{ClientTls, Edge, Gate, Policies, connect_with};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tonic::Code;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use super::*;

/// An authority of a test, and what it certified.
struct Authority {
    folder: tempfile::TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap())
    }

    /// Another one after this one, in the same files.
    fn replaced(self) -> Self {
        Self::within(self.folder)
    }

    fn within(folder: tempfile::TempDir) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        Self {
            folder,
            issuer: Issuer::new(params, key),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Certifies `localhost`; gives the fingerprint.
    fn certify(&self, name: &str) -> [u8; 32] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(self.file(&format!("{name}.pem")), certificate.pem()).unwrap();
        std::fs::write(self.file(&format!("{name}.key")), key.serialize_pem()).unwrap();
        Sha256::digest(certificate.der()).into()
    }

    fn mtls(&self, name: &str) -> MtlsConfig {
        MtlsConfig {
            mtls_ca: Some(self.file("ca.pem")),
            mtls_cert: Some(self.file(&format!("{name}.pem"))),
            mtls_key: Some(self.file(&format!("{name}.key"))),
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

async fn is_healthy(channel: Channel) -> bool {
    let mut health = HealthClient::new(channel);
    health.check(HealthCheckRequest::default()).await.is_ok()
}

#[tokio::test]
async fn g20_with_mutual_tls_a_service_answers_those_who_show_a_certificate_of_its_authority() {
    let authority = Authority::new();
    authority.certify("care");
    authority.certify("gateway");
    let mtls = authority.mtls("care").load().unwrap().unwrap();
    let port = jianyi_provision::free_port();
    let listen = ([127, 0, 0, 1], port).into();
    let (health, service) = tonic_health::server::health_reporter();
    health
        .set_service_status("", tonic_health::ServingStatus::Serving)
        .await;
    let policies = Policies::from_descriptors(DESCRIPTOR_SET).unwrap();
    let verifier = TestTokens::generate().verifier(Clock::system());
    let edge = Edge {
        tls: Some(mtls.server().unwrap()),
        ..Edge::plain(listen)
    };
    let gate = Gate::new(Arc::new(policies), Arc::new(verifier), None);
    let shutdown = Shutdown::new();
    let serving = jianyi_rpc::serve(
        tonic::service::Routes::new(service),
        gate,
        edge,
        shutdown.clone(),
    );
    let served = task::spawn("service under test", serving);

    let url = format!("https://localhost:{port}");
    let ours = authority.mtls("gateway").load().unwrap().unwrap().client();
    let with = connect_with(&url, &ours).unwrap();
    eventually!(is_healthy(with.clone()).await);
    let without = ClientTls::trusting(read(&authority.file("ca.pem")));
    assert!(!is_healthy(connect_with(&url, &without).unwrap()).await);
    let stranger = Authority::new();
    stranger.certify("stranger");
    let foreign = Endpoint::from_shared(url.clone())
        .unwrap()
        .tls_config(
            ClientTlsConfig::new()
                .ca_certificate(Certificate::from_pem(read(&authority.file("ca.pem"))))
                .identity(Identity::from_pem(
                    read(&stranger.file("stranger.pem")),
                    read(&stranger.file("stranger.key")),
                )),
        )
        .unwrap()
        .connect_lazy();
    assert!(!is_healthy(foreign).await);
    let plain = format!("http://localhost:{port}");
    assert!(!is_healthy(jianyi_rpc::connect_lazy(&plain).unwrap()).await);
    // With a certificate of our own nothing goes out in plain text by a slip of configuration.
    assert!(connect_with(&plain, &ours).is_err());
    // Some of the three files are none of them.
    let half = MtlsConfig {
        mtls_key: None,
        ..authority.mtls("care")
    };
    assert!(half.load().is_err());

    // Everything is replaced while it runs: connections that are open go on, new ones need the new authority.
    let old = read(&authority.file("ca.pem"));
    let cut_off = Endpoint::from_shared(url.clone())
        .unwrap()
        .tls_config(
            ClientTlsConfig::new()
                .ca_certificate(Certificate::from_pem(&old))
                .identity(Identity::from_pem(
                    read(&authority.file("gateway.pem")),
                    read(&authority.file("gateway.key")),
                )),
        )
        .unwrap();
    assert!(is_healthy(cut_off.connect_lazy()).await);
    let authority = authority.replaced();
    for name in ["care", "gateway"] {
        authority.certify(name);
    }
    // The same configuration as before the change.
    eventually!(is_healthy(connect_with(&url, &ours).unwrap()).await);
    assert!(!is_healthy(cut_off.connect_lazy()).await);
    assert!(is_healthy(with).await);
    shutdown.trigger();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn g20_certificates_from_files_are_read_again_and_wrong_ones_end_the_start() {
    let authority = Authority::new();
    authority.certify("front");
    authority.certify("other");
    let files = |certificate: &str, key: &str| Tls::Files {
        certificate: authority.file(certificate),
        key: authority.file(key),
    };
    std::fs::write(authority.file("empty.pem"), "").unwrap();
    for (certificate, key, why) in [
        (
            "missing.pem",
            "front.key",
            vec!["cannot read", "missing.pem"],
        ),
        (
            "front.pem",
            "missing.key",
            vec!["cannot read", "missing.key"],
        ),
        (
            "empty.pem",
            "front.key",
            vec!["empty.pem", "no certificate"],
        ),
        (
            "front.pem",
            "front.pem",
            vec!["front.pem", "no private key"],
        ),
        (
            "front.pem",
            "other.key",
            vec!["front.pem", "other.key", "does not belong"],
        ),
    ] {
        let mut config = config_of(&[], &[], nowhere());
        config.tls = files(certificate, key);
        let ended = jianyi_gateway::run(config, Shutdown::new()).await;
        let told = ended.unwrap_err().chain();
        assert!(why.iter().all(|word| told.contains(word)), "{told}");
    }

    let gateway = Gateway::start_with(&[], &[], |config| {
        config.tls = files("front.pem", "front.key");
    })
    .await;
    let url = format!("https://localhost:{}", gateway.address.port());
    let ca = read(&authority.file("ca.pem"));
    let trusting = |ca: &str| connect_with(&url, &ClientTls::trusting(ca.to_owned())).unwrap();
    let open = trusting(&ca);
    assert!(is_healthy(open.clone()).await);
    let authority = authority.replaced();
    let new_ca = read(&authority.file("ca.pem"));
    // Half of a change leaves what was there.
    let key = read(&authority.file("front.key"));
    authority.certify("front");
    let new_key = read(&authority.file("front.key"));
    std::fs::write(authority.file("front.key"), key).unwrap();
    let looked = Instant::now();
    while looked.elapsed() < std::time::Duration::from_millis(1500) {
        assert!(is_healthy(trusting(&ca)).await);
    }
    std::fs::write(authority.file("front.key"), new_key).unwrap();
    eventually!(is_healthy(trusting(&new_ca)).await);
    assert!(!is_healthy(trusting(&ca)).await);
    assert!(is_healthy(open).await);
}

#[tokio::test]
async fn g20_the_gateway_speaks_tls_and_passes_on_who_showed_which_certificate() {
    let authority = Authority::new();
    let fingerprint = authority.certify("agency");
    let made = tempfile::tempdir().unwrap();
    let care = Upstream::start(|_| Ok(Vec::new())).await;
    let gateway = Gateway::start_with(&[("care", care.url())], &[], |config| {
        config.tls = Tls::Generated {
            dir: made.path().into(),
            names: Vec::new(),
        };
        config.client_ca = Some(authority.file("ca.pem"));
    })
    .await;
    let url = format!("https://localhost:{}", gateway.address.port());
    let ca = read(&made.path().join(AUTHORITY_FILE));

    let trusting = connect_with(&url, &ClientTls::trusting(ca.clone())).unwrap();
    assert!(is_healthy(trusting.clone()).await);
    assert!(!is_healthy(jianyi_rpc::connect_lazy(&url).unwrap()).await);
    assert!(!is_healthy(gateway.bare()).await);
    // The authority stays, so that who trusts it goes on doing so.
    let key = std::fs::metadata(made.path().join("tls-ca.key")).unwrap();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777,
        0o600
    );

    let config = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&ca))
        .identity(Identity::from_pem(
            read(&authority.file("agency.pem")),
            read(&authority.file("agency.key")),
        ));
    let certified = Endpoint::from_shared(url)
        .unwrap()
        .tls_config(config)
        .unwrap();
    let token = gateway.token("ROLE_CARE", "410600");
    for channel in [trusting, certified.connect_lazy()] {
        let mut request = tonic::Request::new(ListActivitiesRequest::default());
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", bearer);
        for forged in ["x-jianyi-peer-certificate", "x-jianyi-peer"] {
            let value = "ab".repeat(32).parse().unwrap();
            request.metadata_mut().insert(forged, value);
        }
        CareServiceClient::new(channel)
            .list_activities(request)
            .await
            .unwrap();
    }
    let arrived = care.arrived();
    let header = |at: usize| arrived[at].header("x-jianyi-peer-certificate").to_owned();
    let expected: String = fingerprint.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!((header(0), header(1)), (String::new(), expected));
    assert_eq!(arrived[0].header("x-jianyi-peer"), "127.0.0.1");

    // HTTP/1.1 by ALPN on the same port.
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = TcpStream::connect(gateway.address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    // The server need not say goodbye properly.
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

#[tokio::test]
async fn v130_looking_up_numbers_is_slow_for_each_caller() {
    let county = Upstream::start(|_| Ok(Vec::new())).await;
    let gateway = Gateway::start(&[], &[("410611", county.url())]).await;
    let find = async |subject: &str| {
        let token = gateway.tokens.token(subject, "ROLE_CARE", "410600");
        let channel = TestChannel::new(gateway.bare(), Bearer::new(token));
        let request = FindPersonRequest {
            parent: "counties/410611".into(),
            ..Default::default()
        };
        MemberServiceClient::new(channel).find_person(request).await
    };
    let began = Instant::now();
    let mut refused = None;
    for _ in 0..60 {
        if let Err(status) = find("accounts/1").await {
            refused = Some(status);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(reason(&refused), "RATE_LIMITED");
    let details = refused.get_error_details();
    assert!(details.retry_info().unwrap().retry_delay.is_some());
    assert!(
        details
            .localized_message()
            .unwrap()
            .message
            .contains("频繁")
    );
    // Thirty, and one more for every two seconds that the test took.
    let allowed = county.arrived().len();
    let most = 31 + usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!((30..=most).contains(&allowed), "{allowed}");
    find("accounts/2").await.unwrap();
}

#[tokio::test]
async fn g20_too_many_calls_get_told_when_to_come_back_over_http_too() {
    let care = Upstream::start(|_| Ok(Vec::new())).await;
    let gateway = Gateway::start_with(&[("care", care.url())], &[], |config| {
        config.limits.rate_per_second = 1;
        config.limits.rate_burst = 2;
    })
    .await;
    let channel = gateway.channel("ROLE_AUDITOR", "410600");
    let mut last = None;
    for _ in 0..4 {
        let mut care = CareServiceClient::new(channel.clone());
        last = care
            .list_activities(ListActivitiesRequest::default())
            .await
            .err();
    }
    assert_eq!(reason(&last.unwrap()), "RATE_LIMITED");
    let token = gateway.token("ROLE_AUDITOR", "410600");
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let request = format!(
        "GET /v1/events HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
    assert!(
        answer.contains("retry-after: ") && answer.contains("RATE_LIMITED"),
        "{answer}"
    );
}

/// Sends these bytes as the body of a call and gives the status.
async fn status_of(gateway: &Gateway, path: &str, body: Vec<u8>) -> Status {
    let token = gateway.token_in(&["ROLE_SYSTEM_ADMINISTRATOR", "ROLE_LEADER"], "410600");
    let request = http::Request::post(path)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", format!("Bearer {token}"))
        .body(tonic::body::Body::new(http_body_util::Full::new(
            bytes::Bytes::from(body),
        )))
        .unwrap();
    let response = tower::ServiceExt::oneshot(gateway.bare(), request)
        .await
        .unwrap();
    Status::from_header_map(response.headers()).unwrap()
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_the_callers_fault_and_quotes_no_library() {
    let gateway = Gateway::start(&[], &[]).await;
    let own = "/jianyi.gateway.v1.GatewayService/ListServiceStatus";
    let member = "/jianyi.member.v1.MemberService/ListPeople";
    let not_utf8 = vec![0, 0, 0, 0, 4, 0x0a, 2, 0xff, 0xfe];
    let cut_off = vec![0, 0, 0, 0, 3, 0x0a, 0x7f, 0x41];
    let endless = vec![0, 0xff, 0xff, 0xff, 0xff, 0x0a];
    for (path, body, expected) in [
        (own, cut_off.clone(), "MESSAGE_MALFORMED"),
        (member, cut_off, "REQUEST_MALFORMED"),
        (member, not_utf8, "REQUEST_MALFORMED"),
        (own, Vec::new(), "MESSAGE_MALFORMED"),
        (own, endless.clone(), "TOO_LARGE"),
        (member, endless, "TOO_LARGE"),
    ] {
        let status = status_of(&gateway, path, body.clone()).await;
        assert_eq!(reason(&status), expected, "{path} {body:?}");
        assert!(status.get_error_details().localized_message().is_some());
    }
}

//! Programs of agencies: bound to methods and divisions, proved by a key, and each assertion good once.

use jianyi_kernel::Pii;
use jianyi_ops::Settings;
use jianyi_rpc::ISSUER;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rand::RngCore as _;
use serde_json::json;

use super::*;

const VERIFY: &str = "/jianyi.care.v1.CareService/VerifyEntitlement";
/// PKCS #8 header of an Ed25519 private key; the 32 secret bytes follow (RFC 8410).
const PKCS8_ED25519: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

struct Key(EncodingKey);

impl Key {
    fn generate() -> Self {
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        Self(EncodingKey::from_ed_der(
            &[PKCS8_ED25519.as_slice(), &secret].concat(),
        ))
    }

    fn jwk(&self) -> String {
        let jwk = Jwk::from_encoding_key(&self.0, Algorithm::EdDSA).unwrap();
        serde_json::to_string(&jwk).unwrap()
    }

    fn sign(&self, claims: &serde_json::Value) -> String {
        encode(&Header::new(Algorithm::EdDSA), claims, &self.0).unwrap()
    }
}

fn wanted(key: &Key) -> pb::Client {
    pb::Client {
        kind: pb::ClientKind::BusOperator.into(),
        label: "市公交公司".into(),
        methods: vec![VERIFY.into()],
        divisions: vec!["410600".into()],
        public_key_jwk: key.jwk(),
        valid_until: Some(prost_types::Timestamp {
            seconds: 1_800_000_000,
            nanos: 0,
        }),
        ..Default::default()
    }
}

async fn register(t: &TestService, client: pb::Client) -> Result<pb::Client, Status> {
    let request = pb::RegisterClientRequest {
        client: Some(client),
        request_id: String::new(),
    };
    as_account(t, "accounts/1", "ROLE_SECURITY_ADMINISTRATOR")
        .register_client(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn exchange(
    t: &TestService,
    assertion: String,
) -> Result<pb::ExchangeAssertionResponse, Status> {
    let request = pb::ExchangeAssertionRequest {
        assertion,
        client: String::new(),
    };
    nobody(t)
        .exchange_assertion(request)
        .await
        .map(tonic::Response::into_inner)
}

fn claims(t: &TestService, client: &str, jti: &str) -> serde_json::Value {
    let now = t.clock().now().to_unix().0;
    json!({ "iss": client, "sub": client, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti })
}

#[tokio::test]
async fn g20_a_client_gets_a_token_for_its_methods_once_per_assertion() {
    let t = identity().await;
    let key = Key::generate();
    let client = register(&t, wanted(&key)).await.unwrap();
    let assertion = key.sign(&claims(&t, &client.name, "nonce-0001"));
    let reply = exchange(&t, assertion.clone()).await.unwrap();
    assert_eq!(reply.expires_in, 600);
    let caller = verify(&t, &reply.access_token).await.unwrap();
    assert_eq!(caller.subject, client.name);
    assert_eq!(
        caller.proof.methods.as_deref(),
        Some([VERIFY.to_owned()].as_slice())
    );
    assert!(caller.proof.strong);
    assert!(caller.holds(&["ROLE_AGENCY".into()], &"410600".parse().unwrap()));

    let replayed = exchange(&t, assertion).await.unwrap_err();
    assert_eq!(
        refusal(&replayed),
        (Code::Unauthenticated, "ASSERTION_REPLAYED".into())
    );
}

#[tokio::test]
async fn g20_an_assertion_in_the_wrong_time_form_or_hand_is_refused() {
    let t = identity().await;
    let key = Key::generate();
    let client = register(&t, wanted(&key)).await.unwrap().name;
    let now = t.clock().now().to_unix().0;
    let with = |field: &str, value: serde_json::Value| {
        let mut claims = claims(&t, &client, "nonce-0002");
        claims[field] = value;
        claims
    };
    let mut old = with("iat", json!(now - 200));
    old["exp"] = json!(now - 100);
    let mut long = with("iat", json!(now));
    long["exp"] = json!(now + 301);
    for wrong in [
        with("aud", json!("somebody.else")),
        with("sub", json!("clients/other")),
        with("iat", json!(now + 50)),
        with("jti", json!("short")),
        with("iss", json!("clients/01890a5d-ac96-774b-bcce-b302099a8057")),
        with("iss", json!("operator")),
        old,
        long,
    ] {
        let status = exchange(&t, key.sign(&wrong)).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::Unauthenticated, "ASSERTION_REFUSED".into()),
            "{wrong}"
        );
    }
    let good = claims(&t, &client, "nonce-0003");
    for forged in [
        Key::generate().sign(&good),
        encode(
            &Header::new(Algorithm::HS256),
            &good,
            &EncodingKey::from_secret(key.jwk().as_bytes()),
        )
        .unwrap(),
        String::from("a.b.c"),
        "x".repeat(5000),
    ] {
        let status = exchange(&t, forged).await.unwrap_err();
        assert_eq!(refusal(&status).1, "ASSERTION_REFUSED");
    }
    // None of these has used the nonce up.
    exchange(&t, key.sign(&good)).await.unwrap();
}

#[tokio::test]
async fn g20_a_client_is_bound_to_methods_that_are_for_agencies() {
    let t = identity().await;
    let key = Key::generate();
    for foreign in [
        "/jianyi.care.v1.CareService/CreateActivity",
        "/jianyi.identity.v1.IdentityService/AddGrant",
        "/no.such.Service/Method",
    ] {
        let mut client = wanted(&key);
        client.methods.push(foreign.into());
        let status = register(&t, client).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::InvalidArgument, "METHOD_NOT_FOR_AGENCIES".into())
        );
    }
}

#[tokio::test]
async fn g20_a_rotated_key_a_disabled_and_an_expired_client_get_no_token() {
    let t = identity().await;
    let (old, new) = (Key::generate(), Key::generate());
    let client = register(&t, wanted(&old)).await.unwrap();
    let rotate = pb::RotateClientKeyRequest {
        name: client.name.clone(),
        public_key_jwk: new.jwk(),
        ..Default::default()
    };
    let mut security = as_account(&t, "accounts/1", "ROLE_SECURITY_ADMINISTRATOR");
    security.rotate_client_key(rotate).await.unwrap();
    let status = exchange(&t, old.sign(&claims(&t, &client.name, "nonce-0004"))).await;
    assert_eq!(refusal(&status.unwrap_err()).1, "ASSERTION_REFUSED");
    exchange(&t, new.sign(&claims(&t, &client.name, "nonce-0005")))
        .await
        .unwrap();

    let disable = || pb::DisableClientRequest {
        name: client.name.clone(),
        request_id: String::new(),
    };
    security.disable_client(disable()).await.unwrap();
    let twice = security.disable_client(disable()).await.unwrap_err();
    assert_eq!(refusal(&twice).1, "CLIENT_DISABLED");
    let status = exchange(&t, new.sign(&claims(&t, &client.name, "nonce-0006"))).await;
    assert_eq!(refusal(&status.unwrap_err()).1, "ASSERTION_REFUSED");

    let soon = pb::Client {
        valid_until: Some(prost_types::Timestamp {
            seconds: t.clock().now().to_unix().0 + 120,
            nanos: 0,
        }),
        ..wanted(&old)
    };
    let soon = register(&t, soon).await.unwrap();
    let reply = exchange(&t, old.sign(&claims(&t, &soon.name, "nonce-0007"))).await;
    assert_eq!(reply.unwrap().expires_in, 120);
    t.clock().advance(std::time::Duration::from_secs(120));
    let status = exchange(&t, old.sign(&claims(&t, &soon.name, "nonce-0008"))).await;
    assert_eq!(refusal(&status.unwrap_err()).1, "ASSERTION_REFUSED");
    assert_eq!(
        security
            .list_clients(pb::ListClientsRequest {})
            .await
            .unwrap()
            .into_inner()
            .clients
            .len(),
        2
    );
}

#[tokio::test]
async fn g20_a_certificate_counts_as_the_gateway_names_it() {
    let t = identity().await;
    let fingerprint = "ab".repeat(32);
    let client = pb::Client {
        public_key_jwk: String::new(),
        certificate_sha256: fingerprint.clone(),
        ..wanted(&Key::generate())
    };
    let client = register(&t, client).await.unwrap();
    // The test stands where the gateway does, on loopback.
    let request = |header: &'static str, value: &str| {
        let mut request = tonic::Request::new(pb::ExchangeAssertionRequest {
            assertion: String::new(),
            client: client.name.clone(),
        });
        let value = value.parse().unwrap();
        request.metadata_mut().insert(header, value);
        request
    };
    let header = "x-jianyi-peer-certificate";
    let reply = nobody(&t)
        .exchange_assertion(request(header, &fingerprint))
        .await;
    assert_eq!(reply.unwrap().into_inner().expires_in, 600);
    let other = "cd".repeat(32);
    for (header, value) in [
        (header, other.as_str()),
        (header, "ab"),
        ("x-jianyi-client-cert-sha256", fingerprint.as_str()),
    ] {
        let reply = nobody(&t).exchange_assertion(request(header, value)).await;
        assert_eq!(
            refusal(&reply.unwrap_err()).1,
            "ASSERTION_REFUSED",
            "{header}"
        );
    }
}

#[tokio::test]
async fn g01_the_program_at_the_machine_proves_itself_by_its_key() {
    let key = Key::generate();
    let jwk: serde_json::Value = serde_json::from_str(&key.jwk()).unwrap();
    let x = jwk["x"].as_str().unwrap().to_owned();
    let settings = Settings::default().with("JIANYI_OPERATOR_PUBLIC_KEY", Pii::new(x));
    let t = TestService::start_with(jianyi_identity::spec(), None, settings).await;
    let assertion = key.sign(&claims(&t, "operator", "nonce-0009"));
    let reply = exchange(&t, assertion.clone()).await.unwrap();
    let caller = verify(&t, &reply.access_token).await.unwrap();
    assert_eq!(caller.grants.len(), 1);
    assert!(caller.holds(&["ROLE_OPERATOR".into()], &"410600".parse().unwrap()));
    let replayed = exchange(&t, assertion).await.unwrap_err();
    assert_eq!(refusal(&replayed).1, "ASSERTION_REPLAYED");
    let forged = Key::generate().sign(&claims(&t, "operator", "nonce-0010"));
    let status = exchange(&t, forged).await.unwrap_err();
    assert_eq!(refusal(&status).1, "ASSERTION_REFUSED");
}

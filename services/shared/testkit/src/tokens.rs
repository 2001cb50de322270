//! Tokens for tests, signed by a key of the test's own and verified by the real verifier.

use std::sync::Arc;

use jianyi_kernel::{Clock, Fault};
use jianyi_rpc::{ClaimGrant, Claims, ISSUER, KeyFetcher, TokenVerifier};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rand::RngCore as _;
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// A channel whose calls carry a token.
pub type TestChannel = InterceptedService<Channel, Bearer>;

/// Which token goes with a method, by its path.
type Choice = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Adds `authorization: Bearer …` to every call.
#[derive(Clone)]
pub struct Bearer(Choice);

impl std::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bearer")
    }
}

impl Bearer {
    /// With a token got elsewhere.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(Arc::new(move |_| Some(token.clone())))
    }

    /// With the token of whoever may call the method: as many people as a story has.
    #[must_use]
    pub fn choosing(choice: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(choice))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let path = request
            .extensions()
            .get::<tonic::GrpcMethod<'_>>()
            .map(|called| format!("/{}/{}", called.service(), called.method()))
            .unwrap_or_default();
        if let Some(token) = (self.0)(&path) {
            let value =
                MetadataValue::try_from(format!("Bearer {token}")).expect("a token is ASCII");
            request.metadata_mut().insert("authorization", value);
        }
        Ok(request)
    }
}

/// A signing key and the JWKS that goes with it.
#[derive(Clone)]
pub struct TestTokens {
    key: EncodingKey,
    jwks: String,
}

impl std::fmt::Debug for TestTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestTokens")
    }
}

const KEY_ID: &str = "test";
/// PKCS #8 header of an Ed25519 private key; the 32 secret bytes follow (RFC 8410).
const PKCS8_ED25519: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

impl TestTokens {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        let der = [PKCS8_ED25519.as_slice(), secret.as_slice()].concat();
        let key = EncodingKey::from_ed_der(&der);
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).expect("public key");
        jwk.common.key_id = Some(KEY_ID.into());
        let jwks = serde_json::to_string(&JwkSet { keys: vec![jwk] }).expect("JWKS");
        Self { key, jwks }
    }

    /// A token for one role within one division, proved twice, good for a century around the test's clock.
    #[must_use]
    pub fn token(&self, subject: &str, role: &str, division: &str) -> String {
        self.sign(subject, &[role], division, &["pwd", "otp", "mfa"])
    }

    /// A token for one role of the city, proved twice, within a login session.
    #[must_use]
    pub fn token_in(&self, subject: &str, role: &str, session: &str) -> String {
        let mut claims = claims(subject, &[role], "410600", &["pwd", "otp", "mfa"]);
        claims.sid = session.into();
        self.encode(&claims)
    }

    /// A token with several roles, proved in the given ways.
    #[must_use]
    pub fn sign(&self, subject: &str, roles: &[&str], division: &str, amr: &[&str]) -> String {
        self.encode(&claims(subject, roles, division, amr))
    }

    fn encode(&self, claims: &Claims) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(KEY_ID.into());
        encode(&header, claims, &self.key).expect("token")
    }

    /// The public key as identity would publish it.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// A verifier that trusts this key.
    #[must_use]
    pub fn verifier(&self, clock: Clock) -> TokenVerifier {
        let jwks = self.jwks.clone();
        let fetch: KeyFetcher = Arc::new(move || {
            let jwks = jwks.clone();
            Box::pin(async move { Ok::<_, Fault>(jwks) })
        });
        TokenVerifier::new(fetch, clock)
    }
}

fn claims(subject: &str, roles: &[&str], division: &str, amr: &[&str]) -> Claims {
    Claims {
        sub: subject.into(),
        iss: ISSUER.into(),
        iat: 0,
        exp: 7_000_000_000,
        grants: roles
            .iter()
            .map(|role| ClaimGrant {
                role: (*role).into(),
                division: division.into(),
            })
            .collect(),
        amr: amr.iter().map(|method| (*method).to_owned()).collect(),
        sid: String::new(),
        methods: None,
        bg: false,
    }
}

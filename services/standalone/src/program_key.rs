//! Keys by which programs prove themselves to identity. The operator's lies at the machine: who can read it may
//! load and report, and never sees personal data.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jianyi_kernel::{Fault, Pii};
use jianyi_rpc::ISSUER;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use time::OffsetDateTime;

/// Issuer and subject of its assertions.
const OPERATOR: &str = "operator";
/// Seconds that an assertion lives.
const LIFE: i64 = 60;

/// What comes before the 32 secret bytes in the PKCS#8 form of an Ed25519 key (RFC 8410).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// A program's private key, Ed25519.
#[derive(Clone)]
pub struct ProgramKey(EncodingKey);

impl std::fmt::Debug for ProgramKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProgramKey")
    }
}

impl ProgramKey {
    /// Reads the 32 bytes in base64 that lie in a data directory.
    ///
    /// # Errors
    /// [`Fault::Internal`] when they are not such.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let bytes = Pii::new(STANDARD.decode(text.trim()).map_err(Fault::internal)?);
        let bytes = bytes.expose("make a key of it");
        if bytes.len() != 32 {
            return Err(Fault::internal("an operator key is 32 bytes in base64"));
        }
        let der = [PKCS8_PREFIX.as_slice(), bytes].concat();
        Ok(Self(EncodingKey::from_ed_der(&der)))
    }

    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        let der = [PKCS8_PREFIX.as_slice(), &rand::random::<[u8; 32]>()].concat();
        Self(EncodingKey::from_ed_der(&der))
    }

    /// The public part as identity is told it: the `x` of a JWK.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it cannot be computed, which it can.
    pub fn public(&self) -> Result<String, Fault> {
        let jwk = Jwk::from_encoding_key(&self.0, Algorithm::EdDSA).map_err(Fault::internal)?;
        let AlgorithmParameters::OctetKeyPair(public) = jwk.algorithm else {
            return Err(Fault::internal("an Ed25519 key is not an octet key pair"));
        };
        Ok(public.x)
    }

    /// A fresh assertion of the operator for identity, good once and for a minute.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it cannot be signed, which it can.
    pub fn assertion(&self, now: OffsetDateTime) -> Result<String, Fault> {
        self.assertion_of(OPERATOR, now)
    }

    /// The same of a registered client, `clients/{client}`.
    ///
    /// # Errors
    /// As [`ProgramKey::assertion`].
    pub fn assertion_of(&self, client: &str, now: OffsetDateTime) -> Result<String, Fault> {
        let iat = now.unix_timestamp();
        let claims = json!({
            "iss": client,
            "sub": client,
            "aud": ISSUER,
            "iat": iat,
            "exp": iat.saturating_add(LIFE),
            "jti": URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()),
        });
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.0).map_err(Fault::internal)
    }
}

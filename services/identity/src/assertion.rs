//! Signed assertions of programs (RFC 7523): who signed, whether the key is theirs, and whether now is the time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jianyi_kernel::{Fault, Pii, Timestamp};
use jianyi_rpc::ISSUER;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

/// Seconds by which clocks of different machines may differ.
const LEEWAY: i64 = 30;
/// Seconds that an assertion lives at most.
const LONGEST: i64 = 300;

/// Everything that is wrong with an assertion is one answer: whoever made it knows, and nobody else needs to.
pub(crate) const REFUSED: Fault = Fault::Unauthenticated("ASSERTION_REFUSED");

/// What an assertion says.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    pub(crate) jti: String,
}

/// Who says to have signed; not to be believed before [`verify`].
pub(crate) fn issuer(assertion: &Pii<String>) -> Result<String, Fault> {
    let mut parts = assertion.expose("read its issuer").split('.').skip(1);
    let payload = parts.next().ok_or(REFUSED)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| REFUSED)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| REFUSED)?;
    Ok(claims.iss)
}

/// Reads a public key as a JWK and says which algorithm goes with it: Ed25519 or P-256, nothing else.
pub(crate) fn key(jwk: &str) -> Option<(DecodingKey, Algorithm)> {
    let jwk: Jwk = serde_json::from_str(jwk).ok()?;
    // The library's list of kinds is open: what is not one of these two is refused.
    let algorithm = if let AlgorithmParameters::OctetKeyPair(key) = &jwk.algorithm
        && key.curve == EllipticCurve::Ed25519
    {
        Algorithm::EdDSA
    } else if let AlgorithmParameters::EllipticCurve(key) = &jwk.algorithm
        && key.curve == EllipticCurve::P256
    {
        Algorithm::ES256
    } else {
        return None;
    };
    Some((DecodingKey::from_jwk(&jwk).ok()?, algorithm))
}

/// What the assertion says, if `client` signed it with the key and now is its time.
pub(crate) fn verify(
    assertion: &Pii<String>,
    client: &str,
    (key, algorithm): (&DecodingKey, Algorithm),
    now: Timestamp,
) -> Result<Claims, Fault> {
    let assertion = assertion.expose("verify");
    let header = decode_header(assertion).map_err(|_| REFUSED)?;
    if header.alg != algorithm {
        return Err(REFUSED);
    }
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[ISSUER]);
    validation.set_issuer(&[client]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    // Times are checked below against our own clock, which tests can move.
    validation.validate_exp = false;
    let claims = decode::<Claims>(assertion, key, &validation)
        .map_err(|_| REFUSED)?
        .claims;
    let now = now.to_unix().0;
    let in_time = claims.iat <= now.saturating_add(LEEWAY)
        && now <= claims.exp.saturating_add(LEEWAY)
        && claims.exp.saturating_sub(claims.iat) <= LONGEST
        && claims.iat <= claims.exp;
    if !in_time || claims.sub != client || !(8..=128).contains(&claims.jti.len()) {
        return Err(REFUSED);
    }
    Ok(claims)
}

impl Claims {
    /// From when on a repetition would be too late anyway.
    pub(crate) fn forgotten_at(&self) -> Option<Timestamp> {
        Timestamp::from_unix(self.exp.saturating_add(2 * LEEWAY), 0)
    }
}

//! Access tokens: signed by identity, verified here against its published keys.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use jianyi_kernel::{Caller, Clock, Division, Fault, Grant};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

/// Who signs tokens.
pub const ISSUER: &str = "identity.jianyi";

/// Seconds by which clocks of different machines may differ.
const LEEWAY: i64 = 30;

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Opaque account id.
    pub sub: String,
    /// [`ISSUER`].
    pub iss: String,
    /// Issued at, seconds since the epoch.
    pub iat: i64,
    /// Expires at, seconds since the epoch.
    pub exp: i64,
    /// What the account may do, and where.
    pub grants: Vec<ClaimGrant>,
}

/// A role within a division, as a token spells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimGrant {
    /// e.g. `ROLE_COUNTY_CLERK`.
    pub role: String,
    /// Division code.
    pub division: String,
}

/// Fetches identity's JWKS as JSON.
pub type KeyFetcher = Arc<dyn Fn() -> BoxFuture<'static, Result<String, Fault>> + Send + Sync>;

/// Verifies tokens; keeps the keys and asks again when it meets one it does not know.
#[derive(Clone)]
pub struct TokenVerifier {
    fetch: KeyFetcher,
    clock: Clock,
    keys: Arc<RwLock<JwkSet>>,
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenVerifier")
    }
}

impl TokenVerifier {
    /// A verifier without keys yet; they come with the first token.
    #[must_use]
    pub fn new(fetch: KeyFetcher, clock: Clock) -> Self {
        Self {
            fetch,
            clock,
            keys: Arc::new(RwLock::new(JwkSet { keys: Vec::new() })),
        }
    }

    /// Turns a bearer token into the caller it stands for.
    ///
    /// # Errors
    /// [`Fault::Unauthenticated`] with `TOKEN_MALFORMED`, `TOKEN_UNKNOWN_KEY`, `TOKEN_INVALID` or
    /// `TOKEN_EXPIRED`; [`Fault::Unavailable`] when the key is unknown and identity cannot be asked.
    pub async fn verify(&self, bearer: &str) -> Result<Caller, Fault> {
        let header =
            decode_header(bearer).map_err(|_| Fault::Unauthenticated("TOKEN_MALFORMED"))?;
        if header.alg != Algorithm::EdDSA {
            return Err(Fault::Unauthenticated("TOKEN_MALFORMED"));
        }
        let kid = header
            .kid
            .ok_or(Fault::Unauthenticated("TOKEN_MALFORMED"))?;
        let key = self.key(&kid).await?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        // Expiry is checked below against our own clock, which tests can move.
        validation.validate_exp = false;
        let claims = decode::<Claims>(bearer, &key, &validation)
            .map_err(|_| Fault::Unauthenticated("TOKEN_INVALID"))?
            .claims;
        let (now, _) = self.clock.now().to_unix();
        if claims.exp.saturating_add(LEEWAY) < now {
            return Err(Fault::Unauthenticated("TOKEN_EXPIRED"));
        }
        let grants = claims
            .grants
            .into_iter()
            .filter_map(|grant| {
                let division = Division::parse("division", &grant.division).ok()?;
                Some(Grant {
                    role: grant.role,
                    division,
                })
            })
            .collect();
        Ok(Caller {
            subject: claims.sub,
            grants,
        })
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey, Fault> {
        if let Some(jwk) = self.keys.read().await.find(kid) {
            return DecodingKey::from_jwk(jwk).map_err(Fault::internal);
        }
        let fetched = (self.fetch)().await?;
        let set: JwkSet = serde_json::from_str(&fetched).map_err(Fault::internal)?;
        let key = set
            .find(kid)
            .ok_or(Fault::Unauthenticated("TOKEN_UNKNOWN_KEY"))
            .and_then(|jwk| DecodingKey::from_jwk(jwk).map_err(Fault::internal));
        *self.keys.write().await = set;
        key
    }
}

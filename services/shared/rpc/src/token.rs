//! Access tokens: signed by identity, verified here against its published keys.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_kernel::{Caller, Clock, Division, Fault, Grant, Proof, Reach};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, RwLock};
use tokio::time::{Instant, timeout};

/// Who signs tokens.
pub const ISSUER: &str = "identity.jianyi";

/// Seconds by which clocks of different machines may differ.
const LEEWAY: i64 = 30;

/// Tokens that name unknown keys make identity be asked no more often than this: anybody can invent one.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// The same after identity did not answer, so that those who waited for it do not ask one after the other.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// For so long identity may think.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// How it was proved (RFC 8176): `pwd`, `otp`, `mfa`, `hwk` for a certificate, `pop` for a signed assertion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The login session; absent for programs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sid: String,
    /// The only methods that the token is good for; absent: those of the roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<String>>,
    /// Whether a role in it was taken in an emergency (break-glass).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bg: bool,
}

impl Claims {
    /// Whether this stands for two proofs, or for a key.
    fn is_strong(&self) -> bool {
        self.amr
            .iter()
            .any(|method| matches!(method.as_str(), "mfa" | "hwk" | "pop"))
    }
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
    asked: Arc<Mutex<Option<Asked>>>,
}

/// When identity was asked for its keys, and whether it answered.
#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    answered: bool,
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
            asked: Arc::default(),
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
        let strong = claims.is_strong();
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
            proof: Proof {
                strong,
                session: claims.sid,
                methods: claims.methods,
            },
            reach: Reach::default(),
        })
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey, Fault> {
        if let Some(key) = self.known(kid).await {
            return key;
        }
        // One asks; the others wait here and find what it learned.
        let mut asked = self.asked.lock().await;
        if let Some(key) = self.known(kid).await {
            return key;
        }
        match *asked {
            Some(last) if last.answered && last.at.elapsed() < ASK_AGAIN => {}
            Some(last) if !last.answered && last.at.elapsed() < TRY_AGAIN => {
                return Err(Fault::Unavailable("identity".into()));
            }
            Some(_) | None => {
                let fetched = self.fetch().await;
                *asked = Some(Asked {
                    at: Instant::now(),
                    answered: fetched.is_ok(),
                });
                *self.keys.write().await = fetched?;
            }
        }
        drop(asked);
        self.known(kid)
            .await
            .unwrap_or(Err(Fault::Unauthenticated("TOKEN_UNKNOWN_KEY")))
    }

    async fn known(&self, kid: &str) -> Option<Result<DecodingKey, Fault>> {
        let keys = self.keys.read().await;
        let jwk = keys.find(kid)?;
        Some(DecodingKey::from_jwk(jwk).map_err(Fault::internal))
    }

    async fn fetch(&self) -> Result<JwkSet, Fault> {
        let fetched = timeout(PATIENCE, (self.fetch)())
            .await
            .map_err(|_| Fault::Unavailable("identity".into()))??;
        serde_json::from_str(&fetched).map_err(Fault::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn counting(answer: Result<&'static str, &'static str>) -> (TokenVerifier, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let fetch: KeyFetcher = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move {
                answer
                    .map(str::to_owned)
                    .map_err(|who| Fault::Unavailable(who.into()))
            })
        });
        (TokenVerifier::new(fetch, Clock::system()), asked)
    }

    fn invented(kid: usize) -> String {
        let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}"}}"#);
        format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header))
    }

    #[tokio::test(start_paused = true)]
    async fn invented_key_ids_make_identity_be_asked_once_a_second() {
        let (verifier, asked) = counting(Ok(r#"{"keys":[]}"#));
        for kid in 0..50 {
            let fault = verifier.verify(&invented(kid)).await.unwrap_err();
            assert!(matches!(fault, Fault::Unauthenticated("TOKEN_UNKNOWN_KEY")));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(ASK_AGAIN).await;
        assert!(verifier.verify(&invented(1)).await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_identity_that_is_away_is_asked_by_one_for_all_and_soon_again() {
        let (verifier, asked) = counting(Err("identity"));
        let storm = (0..50).map(|kid| {
            let verifier = verifier.clone();
            async move { verifier.verify(&invented(kid)).await.unwrap_err() }
        });
        for fault in futures::future::join_all(storm).await {
            assert!(matches!(fault, Fault::Unavailable(_)));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(TRY_AGAIN).await;
        assert!(verifier.verify(&invented(1)).await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn other_algorithms_than_ours_are_refused_before_any_key_is_looked_for() {
        let (verifier, asked) = counting(Ok(r#"{"keys":[]}"#));
        for alg in ["none", "HS256", "RS256"] {
            let header = format!(r#"{{"alg":"{alg}","kid":"1"}}"#);
            let token = format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header));
            let fault = verifier.verify(&token).await.unwrap_err();
            assert!(matches!(fault, Fault::Unauthenticated("TOKEN_MALFORMED")));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }
}

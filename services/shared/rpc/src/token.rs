//! Access tokens: signed by identity, verified here against its published keys.
//!
//! A county's branch publishes its own keys beside the city's. Its own are bound to the county: whoever holds one can
//! sign for that place and for no other (ADR 0021).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_kernel::{Caller, Clock, Division, DivisionLevel, Fault, Grant, Proof, Reach};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, RwLock};
use tokio::time::{Instant, timeout};

/// Who signs tokens.
pub const ISSUER: &str = "identity.jianyi";

/// Who signs tokens at a county's branch.
#[must_use]
pub fn branch_issuer(county: &Division) -> String {
    format!("{ISSUER}/{county}")
}

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
    /// [`ISSUER`], or [`branch_issuer`].
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

/// A published key, and where it may be believed.
struct Key {
    id: String,
    key: DecodingKey,
    /// The county of a branch's key; `None` for the city's.
    within: Option<Division>,
}

impl Key {
    fn issuer(&self) -> String {
        self.within
            .as_ref()
            .map_or_else(|| ISSUER.to_owned(), branch_issuer)
    }

    /// Whether a grant is one that this key may sign.
    fn may_sign(&self, grant: &ClaimGrant) -> bool {
        let Some(within) = &self.within else {
            return true;
        };
        Division::parse("division", &grant.division).is_ok_and(|division| within.covers(&division))
    }
}

/// Reads a published set. `division` is ours: what is bound to a place that cannot be read is believed nowhere.
fn read_keys(json: &str) -> Result<Vec<Key>, Fault> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_str(json).map_err(Fault::internal)?;
    set.keys
        .into_iter()
        .map(|value| {
            let within = match value.get("division") {
                None => None,
                Some(code) => {
                    let code = code.as_str().unwrap_or_default();
                    let county = Division::parse("division", code)
                        .ok()
                        .filter(|county| county.level() == DivisionLevel::County);
                    Some(county.ok_or_else(|| Fault::internal("a key bound to no county"))?)
                }
            };
            let jwk: Jwk = serde_json::from_value(value).map_err(Fault::internal)?;
            Ok(Key {
                key: DecodingKey::from_jwk(&jwk).map_err(Fault::internal)?,
                id: jwk.common.key_id.unwrap_or_default(),
                within,
            })
        })
        .collect()
}

/// Fetches identity's JWKS as JSON.
pub type KeyFetcher = Arc<dyn Fn() -> BoxFuture<'static, Result<String, Fault>> + Send + Sync>;

/// Verifies tokens; keeps the keys and asks again when it meets one it does not know.
#[derive(Clone)]
pub struct TokenVerifier {
    fetch: KeyFetcher,
    clock: Clock,
    keys: Arc<RwLock<Vec<Arc<Key>>>>,
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
            keys: Arc::default(),
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
        validation.set_issuer(&[key.issuer()]);
        // Expiry is checked below against our own clock, which tests can move.
        validation.validate_exp = false;
        let claims = decode::<Claims>(bearer, &key.key, &validation)
            .map_err(|_| Fault::Unauthenticated("TOKEN_INVALID"))?
            .claims;
        if !claims.grants.iter().all(|grant| key.may_sign(grant)) {
            return Err(Fault::Unauthenticated("TOKEN_INVALID"));
        }
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

    async fn key(&self, kid: &str) -> Result<Arc<Key>, Fault> {
        if let Some(key) = self.known(kid).await {
            return Ok(key);
        }
        // One asks; the others wait here and find what it learned.
        let mut asked = self.asked.lock().await;
        if let Some(key) = self.known(kid).await {
            return Ok(key);
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
            .ok_or(Fault::Unauthenticated("TOKEN_UNKNOWN_KEY"))
    }

    async fn known(&self, kid: &str) -> Option<Arc<Key>> {
        let keys = self.keys.read().await;
        keys.iter().find(|key| key.id == kid).cloned()
    }

    async fn fetch(&self) -> Result<Vec<Arc<Key>>, Fault> {
        let fetched = timeout(PATIENCE, (self.fetch)())
            .await
            .map_err(|_| Fault::Unavailable("identity".into()))??;
        Ok(read_keys(&fetched)?.into_iter().map(Arc::new).collect())
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

    struct Signer(jsonwebtoken::EncodingKey, serde_json::Value);

    impl Signer {
        /// A key of 32 such bytes, published under `kid` and bound to a county or not.
        fn new(byte: u8, kid: &str, county: Option<&str>) -> Self {
            let prefix = [
                0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
                0x04, 0x20,
            ];
            let der = [prefix.as_slice(), &[byte; 32]].concat();
            let key = jsonwebtoken::EncodingKey::from_ed_der(&der);
            let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap();
            jwk.common.key_id = Some(kid.into());
            let mut jwk = serde_json::to_value(jwk).unwrap();
            if let Some(county) = county {
                jwk["division"] = county.into();
            }
            Self(key, jwk)
        }

        fn token(&self, kid: &str, iss: &str, divisions: &[&str]) -> String {
            let claims = Claims {
                sub: "accounts/1".into(),
                iss: iss.into(),
                iat: 0,
                exp: 7_000_000_000,
                grants: divisions
                    .iter()
                    .map(|&division| ClaimGrant {
                        role: "ROLE_COUNTY_CLERK".into(),
                        division: division.into(),
                    })
                    .collect(),
                amr: Vec::new(),
                sid: String::new(),
                methods: None,
                bg: false,
            };
            let mut header = jsonwebtoken::Header::new(Algorithm::EdDSA);
            header.kid = Some(kid.into());
            jsonwebtoken::encode(&header, &claims, &self.0).unwrap()
        }
    }

    fn believing(signers: &[&Signer]) -> TokenVerifier {
        let keys: Vec<_> = signers.iter().map(|signer| &signer.1).collect();
        let set = serde_json::json!({ "keys": keys }).to_string();
        let fetch: KeyFetcher = Arc::new(move || {
            let set = set.clone();
            Box::pin(async move { Ok(set) })
        });
        TokenVerifier::new(fetch, Clock::system())
    }

    #[tokio::test]
    async fn a_branch_is_believed_about_its_county_and_about_nothing_else() {
        let city = Signer::new(1, "c", None);
        let branch = Signer::new(2, "b", Some("410621"));
        let own = "identity.jianyi/410621";
        let at_the_county = believing(&[&branch, &city]);
        for divisions in [&[][..], &["410621"], &["410621103", "410621"]] {
            let caller = at_the_county
                .verify(&branch.token("b", own, divisions))
                .await;
            assert_eq!(caller.unwrap().grants.len(), divisions.len());
        }
        // The city's word counts there, too, whatever it is about.
        let from_city = city.token("c", ISSUER, &["410600", "410622"]);
        assert_eq!(
            at_the_county.verify(&from_city).await.unwrap().grants.len(),
            2
        );
        for forged in [
            branch.token("b", own, &["410600"]),
            branch.token("b", own, &["410622"]),
            branch.token("b", own, &["410621", "410622103"]),
            branch.token("b", own, &["4106"]),
            branch.token("b", ISSUER, &["410621"]),
            branch.token("b", "identity.jianyi/410622", &["410621"]),
            branch.token("c", ISSUER, &["410621"]),
            city.token("c", own, &["410621"]),
            city.token("b", own, &["410621"]),
        ] {
            let refused = at_the_county.verify(&forged).await.unwrap_err();
            assert!(matches!(refused, Fault::Unauthenticated("TOKEN_INVALID")));
        }
        // Elsewhere its key is nobody's: at the city, and at another county's branch.
        let other = Signer::new(3, "o", Some("410622"));
        for elsewhere in [believing(&[&city]), believing(&[&other, &city])] {
            for divisions in [["410621"], ["410622"], ["410600"]] {
                let refused = elsewhere.verify(&branch.token("b", own, &divisions)).await;
                assert!(matches!(
                    refused.unwrap_err(),
                    Fault::Unauthenticated("TOKEN_UNKNOWN_KEY")
                ));
            }
        }
    }

    #[tokio::test]
    async fn a_key_that_is_bound_to_no_county_is_not_taken_for_the_citys() {
        for county in ["", "410600", "410621103", "x"] {
            let signer = Signer::new(2, "b", Some(county));
            let token = signer.token("b", ISSUER, &["410600"]);
            assert!(
                believing(&[&signer]).verify(&token).await.is_err(),
                "{county}"
            );
        }
    }
}

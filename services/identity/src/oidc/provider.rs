//! The provider: asked where to log in, and asked who did.

use std::sync::Arc;
use std::time::SystemTime;

use jianyi_kernel::{Fault, Pii, Timestamp};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, TokenResponse as _,
};
use time::Duration;
use tokio::sync::Mutex;

use super::http::Http;
use super::{Attempt, OidcSettings, Outside, Proven, REFUSED, Secrets};

/// How long what the provider says about itself is believed at the beginning of a login: anybody may begin one,
/// and not every time is the provider asked.
const BELIEVED: Duration = Duration::minutes(10);
/// By how much the provider's clock may be ahead of ours.
const LEEWAY: i64 = 60;
/// Signatures that only the provider can make. Ours with a shared secret would be one, and none is none.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Ready = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider says about itself, and since when we know.
type Known = Option<(Timestamp, CoreProviderMetadata)>;

/// The configured provider.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    settings: OidcSettings,
    http: Http,
    known: Arc<Mutex<Known>>,
}

impl Provider {
    /// The provider of the settings, when they name one. Nothing is asked yet.
    pub(crate) fn new(settings: Option<&OidcSettings>) -> Result<Option<Self>, Fault> {
        settings
            .map(|settings| {
                Ok(Self {
                    settings: settings.clone(),
                    http: Http::new(settings.authority.as_deref())?,
                    known: Arc::default(),
                })
            })
            .transpose()
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where to send the browser, and what to keep meanwhile.
    pub(crate) async fn begin(&self, now: Timestamp) -> Result<(String, Attempt), Fault> {
        let client = self.client(self.metadata(now).await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge)
            .url();
        let attempt = Attempt {
            state: Pii::new(state.into_secret()),
            secrets: Secrets {
                verifier: Pii::new(verifier.into_secret()),
                nonce: Pii::new(nonce.secret().clone()),
            },
        };
        Ok((url.into(), attempt))
    }

    /// Exchanges the code and says who logged in, if everything about the answer stands.
    pub(crate) async fn finish(
        &self,
        code: Pii<String>,
        secrets: Secrets,
        now: Timestamp,
    ) -> Result<Proven, Fault> {
        // With keys as they are now: providers turn them.
        let client = self.client(self.discover().await?)?;
        let verifier = secrets.verifier.expose("prove who began").clone();
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose("redeem").clone()))
            .map_err(|_| unavailable())?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(_) => REFUSED,
                RequestTokenError::Request(why) => why.into(),
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => unavailable(),
            })?;
        let at = SystemTime::from(now.as_offset());
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || at.into())
            .set_issue_time_verifier_fn(move |issued| {
                let latest = now.to_unix().0.saturating_add(LEEWAY);
                (issued.timestamp() <= latest)
                    .then_some(())
                    .ok_or_else(|| "issued in the future".into())
            });
        let nonce = Nonce::new(secrets.nonce.expose("compare").clone());
        let claims = verified(&answer, &verifier, &nonce).ok_or(REFUSED)?;
        let methods = claims.auth_method_refs().into_iter().flatten();
        let strong = claims
            .auth_context_ref()
            .map(|acr| acr.as_str())
            .into_iter()
            .chain(methods.map(|amr| amr.as_str()))
            .any(|said| self.settings.second_factor.iter().any(|it| it == said));
        Ok(Proven {
            who: Outside {
                issuer: self.settings.issuer.clone(),
                subject: Pii::new(claims.subject().to_string()),
            },
            strong,
        })
    }

    /// What the provider said about itself lately. Of many who ask at once, one asks the provider.
    async fn metadata(&self, now: Timestamp) -> Result<CoreProviderMetadata, Fault> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = known.as_ref()
            && now.as_offset() < since.as_offset().saturating_add(BELIEVED)
        {
            return Ok(metadata.clone());
        }
        let metadata = self.discover().await?;
        *known = Some((now, metadata.clone()));
        Ok(metadata)
    }

    async fn discover(&self) -> Result<CoreProviderMetadata, Fault> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(Fault::internal)?;
        CoreProviderMetadata::discover_async(issuer, &self.http)
            .await
            .map_err(|error| {
                if let DiscoveryError::Request(why) = error {
                    return why.into();
                }
                tracing::warn!(%error, "the outside provider cannot be discovered");
                unavailable()
            })
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Ready, Fault> {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|it| ClientSecret::new(it.expose("prove who asks").clone()));
        let id = ClientId::new(self.settings.client_id.clone());
        let back = RedirectUrl::new(self.settings.redirect_url.clone()).map_err(Fault::internal)?;
        Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(back))
    }
}

fn unavailable() -> Fault {
    Fault::Unavailable("the outside identity provider".into())
}

/// The claims of the ID token, if it is signed, meant for us, in time, the answer to this very login, and given
/// together with this access token.
fn verified<'a>(
    answer: &'a CoreTokenResponse,
    verifier: &'a CoreIdTokenVerifier<'a>,
    nonce: &Nonce,
) -> Option<&'a CoreIdTokenClaims> {
    let token = answer.id_token()?;
    let claims = token.claims(verifier, nonce).ok()?;
    if let Some(said) = claims.access_token_hash() {
        let algorithm = token.signing_alg().ok()?;
        let key = token.signing_key(verifier).ok()?;
        let is = AccessTokenHash::from_token(answer.access_token(), algorithm, key).ok()?;
        if is != *said {
            return None;
        }
    }
    Some(claims)
}

//! The gate before every method: who calls, and does the contract let them. Deny by default.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response};
use jianyi_kernel::{Caller, Division, Fault, Grant, Reach};
use jianyi_telemetry::LINES_ONLY;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::request::Admitted;
use crate::{MethodPolicy, Policies, Scope, TokenVerifier, status};

/// Held by anybody without a token.
const PUBLIC: &str = "ROLE_PUBLIC";

/// A tower layer that authenticates and authorises by the contract.
#[derive(Debug, Clone)]
pub struct Gate {
    policies: Arc<Policies>,
    verifier: Arc<TokenVerifier>,
    division: Option<Division>,
}

impl Gate {
    /// A gate for a server; `division` is the county that a county's server serves.
    #[must_use]
    pub const fn new(
        policies: Arc<Policies>,
        verifier: Arc<TokenVerifier>,
        division: Option<Division>,
    ) -> Self {
        Self {
            policies,
            verifier,
            division,
        }
    }

    /// The policies it decides by.
    #[must_use]
    pub const fn policies(&self) -> &Arc<Policies> {
        &self.policies
    }

    /// Decides about one call by its path and headers.
    ///
    /// # Errors
    /// [`Fault::Unauthenticated`] or [`Fault::Denied`].
    pub async fn admit(&self, path: &str, headers: &HeaderMap) -> Result<Caller, Fault> {
        self.check(path, headers)
            .await
            .map(|admitted| admitted.caller)
    }

    async fn check(&self, path: &str, headers: &HeaderMap) -> Result<Admitted, Fault> {
        let policy = self.policies.of(path).flatten().ok_or(Fault::Denied)?;
        let mut caller = self.identify(policy, headers).await?;
        if !policy.open {
            let admitting = self.admitting(policy, &caller);
            if !may_call(&caller, path) {
                return Err(Fault::Denied);
            }
            if admitting.is_empty() {
                return Err(out_of_reach(policy, &caller));
            }
            if policy.second_factor && !caller.proof.strong {
                return Err(Fault::Unauthenticated("SECOND_FACTOR_REQUIRED"));
            }
            // Rows are reached through the grants that admit the call, never through the caller's other roles.
            caller.reach = Reach {
                divisions: admitting,
                sealed: policy.sealed,
            };
        }
        let traceparent = headers
            .get("traceparent")
            .and_then(|value| value.to_str().ok());
        Ok(Admitted {
            path: path.into(),
            caller,
            anonymous: policy.open,
            audited: policy.audited,
            reveals: policy.reveals,
            traceparent: traceparent.filter(|text| is_trace(text)).map(Into::into),
        })
    }

    async fn identify(&self, policy: &MethodPolicy, headers: &HeaderMap) -> Result<Caller, Fault> {
        let public = policy.roles.iter().any(|role| role == PUBLIC);
        match bearer(headers) {
            _ if policy.open => Ok(Caller::anonymous()),
            Ok(token) => {
                let mut caller = self.verifier.verify(token).await?;
                if public {
                    caller.grants.push(public_grant());
                }
                Ok(caller)
            }
            Err(_) if public => Ok(Caller {
                grants: vec![public_grant()],
                ..Caller::anonymous()
            }),
            Err(missing) => Err(missing),
        }
    }

    /// The divisions of the caller's grants that the policy admits at this server.
    fn admitting(&self, policy: &MethodPolicy, caller: &Caller) -> Vec<Division> {
        let reaches = |held: &Division| match (policy.scope, &self.division) {
            (Scope::City, _) => held.covers(&Division::city()),
            (Scope::County, Some(served)) => held.covers(served),
            (Scope::Township, Some(served)) => held.covers(served) || held.county() == *served,
            // Without a county of its own the server leaves the narrowing to the database.
            (Scope::County | Scope::Township, None) | (Scope::Any, _) => true,
        };
        let mut admitting: Vec<Division> = caller
            .grants
            .iter()
            .filter(|grant| policy.roles.contains(&grant.role) && reaches(&grant.division))
            .map(|grant| grant.division.clone())
            .collect();
        admitting.sort();
        admitting.dedup();
        admitting
    }

    /// Health and reflection answer everybody: they say what exists, not what it holds.
    fn is_public(path: &str) -> bool {
        path.starts_with("/grpc.health.v1.") || path.starts_with("/grpc.reflection.")
    }
}

fn public_grant() -> Grant {
    Grant {
        role: PUBLIC.into(),
        division: Division::city(),
    }
}

/// Who may call the method, but elsewhere, does not learn what there is here (V-129).
fn out_of_reach(policy: &MethodPolicy, caller: &Caller) -> Fault {
    let elsewhere = matches!(policy.scope, Scope::County | Scope::Township)
        && caller
            .grants
            .iter()
            .any(|grant| policy.roles.contains(&grant.role));
    if elsewhere {
        Fault::NotFound("what the request names".into())
    } else {
        Fault::Denied
    }
}

/// Programs of others may call what they were registered for and nothing else.
fn may_call(caller: &Caller, path: &str) -> bool {
    caller
        .proof
        .methods
        .as_ref()
        .is_none_or(|methods| methods.iter().any(|method| method == path))
}

/// Whether this is a W3C trace context. It travels on in events, so nothing else may stand in its place.
fn is_trace(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([2, 32, 16, 2])
        && parts
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Fault> {
    headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            value
                .strip_prefix("Bearer ")
                .or_else(|| value.strip_prefix("bearer "))
        })
        .map(str::trim)
        .ok_or(Fault::Unauthenticated("TOKEN_MISSING"))
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Gated {
            gate: self.clone(),
            inner,
        }
    }
}

/// A service behind the gate.
#[derive(Debug, Clone)]
pub struct Gated<S> {
    gate: Gate,
    inner: S,
}

impl<S, B> Service<Request<B>> for Gated<S>
where
    S: Service<Request<B>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The clone is the one that was polled ready; the fresh one takes its place.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        let gate = self.gate.clone();
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            if Gate::is_public(&path) {
                return inner.call(request).await;
            }
            match gate.check(&path, request.headers()).await {
                Ok(admitted) => {
                    let span = tracing::info_span!(
                        target: LINES_ONLY,
                        "caller",
                        caller.id = %admitted.caller.subject,
                        county.code = gate.division.as_ref().map(Division::as_str),
                    );
                    request.extensions_mut().insert(admitted);
                    inner.call(request).instrument(span).await
                }
                Err(fault) => Ok(status(fault).into_http()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_trace;

    #[test]
    fn a_trace_context_is_hexadecimal_and_nothing_else() {
        assert!(is_trace(
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        ));
        for other in [
            "",
            "13800000000",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-zhangsan577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(!is_trace(other), "{other}");
        }
    }
}

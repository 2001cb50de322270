//! How much one caller may ask for: calls a second, calls at a time, and calls a minute of some methods.
//!
//! Stands behind the gate, so that it counts by account; what anybody may call is counted by address.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use http::{Extensions, Request, Response};
use http_body_util::BodyExt as _;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::Policies;
use crate::entrance::origin;
use crate::request::Admitted;
use crate::status::limited;

/// Callers that have been quiet are forgotten every so many calls.
const FORGET_EVERY: u32 = 8192;
/// When to come back after too many calls at a time.
const SOON: Duration = Duration::from_millis(200);

/// Limits of a server; 0 switches one off.
#[derive(Debug, Clone, clap::Args)]
pub struct LimitsConfig {
    /// Calls a second that one caller may go on making; 0 also lifts the limits of single methods.
    #[arg(long, env = "JIANYI_RATE_PER_SECOND", default_value_t = 1000)]
    pub rate_per_second: u32,

    /// Calls that one caller may make at once before the rate counts.
    #[arg(long, env = "JIANYI_RATE_BURST", default_value_t = 2000)]
    pub rate_burst: u32,

    /// Calls of one caller at a time.
    #[arg(long, env = "JIANYI_CONCURRENCY_PER_CALLER", default_value_t = 256)]
    pub concurrency_per_caller: u32,

    /// Calls of everybody at a time.
    #[arg(long, env = "JIANYI_CONCURRENCY", default_value_t = 4096)]
    pub concurrency: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            rate_per_second: 1000,
            rate_burst: 2000,
            concurrency_per_caller: 256,
            concurrency: 4096,
        }
    }
}

/// A layer that counts.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    policies: Arc<Policies>,
    rate: Option<Buckets<String>>,
    /// By calls a minute.
    methods: BTreeMap<NonZeroU32, Buckets<(String, String)>>,
    most: u32,
    most_in_all: u32,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    in_all: u32,
    by_caller: HashMap<String, u32>,
}

impl Limits {
    /// Counts nothing yet.
    #[must_use]
    pub fn new(config: &LimitsConfig, policies: Arc<Policies>) -> Self {
        let rate = NonZeroU32::new(config.rate_per_second).map(|rate| {
            let burst = NonZeroU32::new(config.rate_burst).unwrap_or(rate);
            Buckets::new(Quota::per_second(rate).allow_burst(burst))
        });
        let methods = policies
            .iter()
            .filter(|_| rate.is_some())
            .filter_map(|(_, policy)| policy?.per_minute)
            .map(|limit| (limit, Buckets::new(Quota::per_minute(limit))))
            .collect();
        let or_no_end = |limit| if limit == 0 { u32::MAX } else { limit };
        Self(Arc::new(Counters {
            policies,
            rate,
            methods,
            most: or_no_end(config.concurrency_per_caller),
            most_in_all: or_no_end(config.concurrency),
            running: Mutex::default(),
        }))
    }

    fn enter(&self, path: &str, extensions: &Extensions) -> Result<Held, Status> {
        let caller = match extensions.get::<Admitted>() {
            Some(admitted) if !admitted.anonymous => admitted.caller.subject.clone(),
            Some(_) | None => match origin(extensions).and_then(|origin| origin.address) {
                Some(address) => format!("peer:{address}"),
                None => "peer".to_owned(),
            },
        };
        self.count(path, caller)
    }

    /// Counts a call; it runs until what is returned is dropped.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED with `RATE_LIMITED` or `TOO_MANY_CONCURRENT`, and when to come back.
    pub fn count(&self, path: &str, caller: String) -> Result<Held, Status> {
        let Counters {
            policies,
            rate,
            methods,
            ..
        } = self.0.as_ref();
        if let Some(rate) = rate {
            rate.take(&caller)?;
        }
        let buckets = policies
            .of(path)
            .flatten()
            .and_then(|policy| methods.get(&policy.per_minute?));
        if let Some(buckets) = buckets {
            buckets.take(&(path.to_owned(), caller.clone()))?;
        }
        let mut running = self.0.running();
        let own = running.by_caller.get(&caller).copied().unwrap_or(0);
        if own >= self.0.most || running.in_all >= self.0.most_in_all {
            return Err(limited(
                "TOO_MANY_CONCURRENT",
                "同时进行的操作过多,请等前面的操作完成后再试",
                SOON,
            ));
        }
        running.in_all = running.in_all.saturating_add(1);
        running
            .by_caller
            .insert(caller.clone(), own.saturating_add(1));
        drop(running);
        Ok(Held {
            counters: Arc::clone(&self.0),
            caller,
        })
    }
}

impl Counters {
    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        // Numbers stay sound whoever panicked while holding them.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that counts as running.
#[derive(Debug)]
pub struct Held {
    counters: Arc<Counters>,
    caller: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut running = self.counters.running();
        running.in_all = running.in_all.saturating_sub(1);
        match running.by_caller.get_mut(&self.caller) {
            Some(own) if *own > 1 => *own = own.saturating_sub(1),
            Some(_) | None => {
                running.by_caller.remove(&self.caller);
            }
        }
    }
}

/// A bucket of calls for each key.
#[derive(Debug)]
struct Buckets<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, DefaultClock>,
    calls: AtomicU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(quota: Quota) -> Self {
        Self {
            limiter: RateLimiter::hashmap(quota),
            calls: AtomicU32::new(0),
        }
    }

    fn take(&self, key: &K) -> Result<(), Status> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|refused| {
            limited(
                "RATE_LIMITED",
                "操作过于频繁,请稍后再试",
                refused.wait_time_from(self.limiter.clock().now()),
            )
        })
    }
}

impl<S> Layer<S> for Limits {
    type Service = Limited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Limited {
            limits: self.clone(),
            inner,
        }
    }
}

/// A service whose calls are counted.
#[derive(Debug, Clone)]
pub struct Limited<S> {
    limits: Limits,
    inner: S,
}

impl<S, B> Service<Request<B>> for Limited<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        // Whoever watches over us must not be shut out by those who keep us busy.
        if path.starts_with("/grpc.health.v1.") {
            return Box::pin(self.inner.call(request));
        }
        match self.limits.enter(path, request.extensions()) {
            Ok(held) => {
                let calling = self.inner.call(request);
                Box::pin(async move { Ok(holding(calling.await?, held)) })
            }
            Err(status) => Box::pin(async move { Ok(status.into_http()) }),
        }
    }
}

/// The call counts until its last byte is sent, or nobody wants it any more.
fn holding(response: Response<Body>, held: Held) -> Response<Body> {
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _until_the_end = &held;
            frame
        }))
    })
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt as _;

    use super::*;

    fn limits(config: &LimitsConfig) -> Limits {
        Limits::new(config, Arc::new(Policies::none()))
    }

    fn reason(refused: Result<Held, Status>) -> String {
        let status = refused.unwrap_err();
        assert_eq!(status.code(), tonic::Code::ResourceExhausted);
        let details = status.get_error_details();
        assert!(details.retry_info().unwrap().retry_delay.is_some());
        assert!(details.localized_message().is_some());
        details.error_info().unwrap().reason.clone()
    }

    #[test]
    fn g20_each_caller_has_a_rate_of_its_own() {
        let limits = limits(&LimitsConfig {
            rate_per_second: 1,
            rate_burst: 3,
            ..LimitsConfig::default()
        });
        for _ in 0..3 {
            limits.count("/x", "accounts/1".into()).unwrap();
        }
        assert_eq!(
            reason(limits.count("/x", "accounts/1".into())),
            "RATE_LIMITED"
        );
        limits.count("/x", "accounts/2".into()).unwrap();
    }

    #[test]
    fn g20_calls_at_a_time_are_counted_until_they_end() {
        let limits = limits(&LimitsConfig {
            concurrency_per_caller: 2,
            concurrency: 3,
            ..LimitsConfig::default()
        });
        let first = limits.count("/x", "accounts/1".into()).unwrap();
        let _second = limits.count("/x", "accounts/1".into()).unwrap();
        let third = || limits.count("/x", "accounts/1".into());
        assert_eq!(reason(third()), "TOO_MANY_CONCURRENT");
        drop(first);
        let _third = third().unwrap();
        let _other = limits.count("/x", "accounts/2".into()).unwrap();
        let in_all = limits.count("/x", "accounts/3".into());
        assert_eq!(reason(in_all), "TOO_MANY_CONCURRENT");
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = limits(&LimitsConfig {
            rate_per_second: 0,
            rate_burst: 0,
            concurrency_per_caller: 0,
            concurrency: 0,
        });
        let held: Vec<_> = (0..5000)
            .map(|_| limits.count("/x", "accounts/1".into()).unwrap())
            .collect();
        assert_eq!(limits.0.running().in_all, 5000);
        drop(held);
        assert!(limits.0.running().by_caller.is_empty());
    }
}

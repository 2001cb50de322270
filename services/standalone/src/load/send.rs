//! Sends a plan: many records at once, each after those it refers to.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use jianyi_kernel::{Clock, Timestamp};
use tokio::sync::{Mutex, mpsc};
use tonic::transport::Channel;
use uuid::Uuid;

use super::call::{Caller, Outcome};
use super::error::LoadError;
use super::plan::Plan;
use super::summary::{Conflict, Progress, Summary};

/// How many records are under way at once.
const AT_ONCE: usize = 16;

/// Any error, as a token source may have it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Gives a bearer token; asked at the start and again when the token is refused.
pub type TokenSource = Arc<dyn Fn() -> BoxFuture<'static, Result<String, BoxError>> + Send + Sync>;

/// Sends a plan and tells `progress` how it goes.
///
/// # Errors
/// [`LoadError`] when a record is refused or the system stays away. What was sent before stays; sending the
/// plan again goes on where it stopped.
pub async fn send(
    plan: &Plan,
    channel: Channel,
    token: TokenSource,
    mut progress: impl FnMut(Progress),
) -> Result<Summary, LoadError> {
    let (notices, mut noticed) = mpsc::unbounded_channel();
    let caller = Caller {
        channel,
        token,
        held: Mutex::new((0, None)),
        notices,
    };
    let mut sending = Sending::of(plan);
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(index) = sending.ready.pop_front()
        {
            let Some((fact, request)) = sending.request(index) else {
                continue;
            };
            let label = format!("{} {}", fact.kind.name, fact.label());
            let call = caller.create(&fact.kind, request.into(), &fact.at, label);
            running.push(async move { (index, Box::pin(call).await) });
        }
        if running.is_empty() {
            return Ok(sending.summary);
        }
        tokio::select! {
            Some(notice) = noticed.recv() => progress(notice),
            Some((index, outcome)) = running.next() => {
                sending.settle(index, outcome?);
                progress(Progress::Settled { done: sending.done, total: plan.len() });
            }
        }
    }
}

/// Who waits for whom, and what came out so far.
struct Sending<'a> {
    plan: &'a Plan,
    started: Timestamp,
    ready: VecDeque<usize>,
    /// How many facts each fact still waits for.
    missing: Vec<usize>,
    /// Which facts wait for each fact.
    waiting: Vec<Vec<usize>>,
    /// Names of the facts that are settled; `None` also for conflicts.
    names: Vec<Option<String>>,
    done: usize,
    summary: Summary,
}

impl<'a> Sending<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut waiting = vec![Vec::new(); plan.len()];
        let mut missing = Vec::with_capacity(plan.len());
        let mut ready = VecDeque::new();
        for (index, fact) in plan.facts.iter().enumerate() {
            let needs = fact.needs();
            if needs.is_empty() {
                ready.push_back(index);
            }
            missing.push(needs.len());
            for need in needs {
                if let Some(waiting) = waiting.get_mut(need) {
                    waiting.push(index);
                }
            }
        }
        Self {
            plan,
            started: Clock::system().now(),
            ready,
            missing,
            waiting,
            names: vec![None; plan.len()],
            done: 0,
            summary: Summary {
                title: plan.title().into(),
                repeats: plan.repeats.clone(),
                ..Summary::default()
            },
        }
    }

    /// The fact and its encoded request. A fact that refers to one in conflict cannot be sent: it is settled
    /// here as a conflict of its own.
    fn request(&mut self, index: usize) -> Option<(&'a super::record::Fact, Vec<u8>)> {
        let fact = self.plan.facts.get(index)?;
        let request = fact.request(&self.names);
        if request.is_none() {
            let reason = "DEPENDS_ON_CONFLICT".into();
            let zh = "它所依据的记录存在冲突,请先处理那条记录".into();
            self.settle(index, Outcome::Conflict { reason, zh });
        }
        Some((fact, request?))
    }

    fn settle(&mut self, index: usize, outcome: Outcome) {
        let Some(fact) = self.plan.facts.get(index) else {
            return;
        };
        self.done += 1;
        let counts = self
            .summary
            .per_kind
            .entry(fact.kind.name.clone())
            .or_default();
        let name = match outcome {
            Outcome::Answered(name) if !is_older(&name, self.started) => {
                counts.created += 1;
                self.summary.created += 1;
                Some(name)
            }
            Outcome::Answered(name) | Outcome::Existing(name) => {
                counts.already_there += 1;
                self.summary.already_there += 1;
                Some(name)
            }
            Outcome::Conflict { reason, zh } => {
                counts.conflicts += 1;
                self.summary.conflicts.push(Conflict {
                    at: fact.at.clone(),
                    reason,
                    zh,
                });
                None
            }
        };
        if let Some(slot) = self.names.get_mut(index) {
            *slot = name;
        }
        let waiting = self
            .waiting
            .get_mut(index)
            .map(std::mem::take)
            .unwrap_or_default();
        for next in waiting {
            if let Some(missing) = self.missing.get_mut(next) {
                *missing = missing.saturating_sub(1);
                if *missing == 0 {
                    self.ready.push_back(next);
                }
            }
        }
    }
}

/// Whether the resource was there before loading began: a repeated request id repeats the first answer, and
/// the resource's id (a version 7 UUID) tells when that was.
fn is_older(name: &str, than: Timestamp) -> bool {
    let Some(stamp) = name
        .rsplit('/')
        .next()
        .and_then(|id| Uuid::parse_str(id).ok())
        .and_then(|id| id.get_timestamp())
    else {
        return false;
    };
    let (seconds, nanos) = stamp.to_unix();
    let (start, start_nanos) = than.to_unix();
    // Ids know milliseconds only.
    let start_nanos = start_nanos - start_nanos % 1_000_000;
    (i64::try_from(seconds).unwrap_or(i64::MAX), i64::from(nanos)) < (start, i64::from(start_nanos))
}

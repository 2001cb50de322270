//! One call of a `Create…` method, repeated with the same request id until there is an answer.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use prost_reflect::DynamicMessage;
use prost_reflect::prost::bytes::Bytes;
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, sleep, timeout};
use tonic::client::Grpc;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use super::catalogue::Kind;
use super::error::{LoadError, Position};
use super::raw::Raw;
use super::send::{BoxError, TokenSource};
use super::summary::Progress;

/// For so long a record is tried again while the system does not answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// For so long one attempt may take; a service that hangs is tried again like one that is gone.
const ATTEMPT: Duration = Duration::from_secs(15);
/// First and longest pause between attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));

/// What became of a record.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The method answered with the resource of this name: entered now, or on an earlier run.
    Answered(String),
    /// Somebody entered the same fact in another way; it has this name.
    Existing(String),
    /// The system holds something else.
    Conflict { reason: String, zh: String },
}

/// Makes calls with a token that it renews when it has to.
pub(super) struct Caller {
    pub(super) channel: Channel,
    pub(super) token: TokenSource,
    /// The token in use and how often it was renewed.
    pub(super) held: Mutex<(u64, Option<String>)>,
    pub(super) notices: mpsc::UnboundedSender<Progress>,
}

impl Caller {
    /// Sends a request until it is answered.
    pub(super) async fn create(
        &self,
        kind: &Arc<Kind>,
        request: Bytes,
        at: &Position,
        label: String,
    ) -> Result<Outcome, LoadError> {
        let start = Instant::now();
        let mut pause = PAUSES.0;
        let mut renewed = false;
        loop {
            let (generation, status) = match self.token().await {
                Ok((generation, token)) => {
                    let attempt = timeout(ATTEMPT, self.attempt(kind, request.clone(), &token));
                    match attempt.await {
                        Ok(Ok(reply)) => return answered(kind, reply),
                        Ok(Err(status)) => (generation, status),
                        Err(_) => (
                            generation,
                            Status::deadline_exceeded("the attempt took too long"),
                        ),
                    }
                }
                // The service that gives tokens may be away like any other.
                Err(error) => match error.downcast::<Status>() {
                    Ok(status) if is_transient(&status) => (0, *status),
                    Ok(status) => return Err(LoadError::Token(status.to_string())),
                    Err(error) => return Err(LoadError::Token(error.to_string())),
                },
            };
            if status.code() == Code::Unauthenticated && !renewed {
                renewed = true;
                self.drop_token(generation).await;
                continue;
            }
            if !is_transient(&status) {
                return settled(&status, at);
            }
            if start.elapsed() + pause > PATIENCE {
                let at = Box::new(at.clone());
                let message = status.message().to_owned();
                return Err(LoadError::Unreachable {
                    at,
                    seconds: PATIENCE.as_secs(),
                    message,
                });
            }
            // Nobody listens any more when loading has stopped for another reason.
            let _ = self.notices.send(Progress::Waiting {
                what: label.clone(),
                why: status.message().to_owned(),
            });
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn attempt(&self, kind: &Kind, request: Bytes, token: &str) -> Result<Bytes, Status> {
        let mut grpc = Grpc::new(self.channel.clone());
        grpc.ready()
            .await
            .map_err(|error| Status::unavailable(format!("not reachable: {error}")))?;
        let mut request = Request::new(request);
        let bearer = MetadataValue::try_from(format!("Bearer {token}")).map_err(|_| {
            Status::unauthenticated("the token has characters that no header may have")
        })?;
        request.metadata_mut().insert("authorization", bearer);
        grpc.unary(request, kind.path.clone(), Raw)
            .await
            .map(tonic::Response::into_inner)
    }

    async fn token(&self) -> Result<(u64, String), BoxError> {
        let mut held = self.held.lock().await;
        if let (generation, Some(token)) = &*held {
            return Ok((*generation, token.clone()));
        }
        // Everybody else waits here for the one token.
        let token = (self.token)().await?;
        held.0 += 1;
        held.1 = Some(token.clone());
        Ok((held.0, token))
    }

    async fn drop_token(&self, generation: u64) {
        let mut held = self.held.lock().await;
        if held.0 == generation {
            held.1 = None;
        }
    }
}

/// Whether the same request may be answered later. A status without details was not made by a service of
/// ours but by a connection that broke.
fn is_transient(status: &Status) -> bool {
    let ours = status.get_details_error_info().is_some();
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Aborted => {
            true
        }
        Code::Unknown | Code::Internal | Code::Cancelled => !ours || status.source().is_some(),
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => false,
    }
}

fn answered(kind: &Kind, reply: Bytes) -> Result<Outcome, LoadError> {
    let unreadable =
        || LoadError::Contracts(format!("the answer to {} is not a resource", kind.path));
    let reply = DynamicMessage::decode(kind.resource.clone(), reply).map_err(|_| unreadable())?;
    let name = reply.get_field_by_name("name").ok_or_else(unreadable)?;
    name.as_str()
        .map(|name| Outcome::Answered(name.to_owned()))
        .ok_or_else(unreadable)
}

fn settled(status: &Status, at: &Position) -> Result<Outcome, LoadError> {
    let reason = status
        .get_details_error_info()
        .map_or_else(String::new, |info| info.reason);
    let zh = status.get_details_localized_message().map_or_else(
        || "系统未接受这条记录".to_owned(),
        |localized| localized.message,
    );
    if status.code() == Code::AlreadyExists
        && let Some(resource) = status.get_details_resource_info()
    {
        return Ok(Outcome::Existing(resource.resource_name));
    }
    if reason == "REQUEST_ID_REUSED" || reason.ends_with("_CONFLICT") {
        return Ok(Outcome::Conflict { reason, zh });
    }
    Err(LoadError::Refused {
        at: Box::new(at.clone()),
        zh,
        code: format!("{:?}", status.code()),
        reason,
        message: status.message().to_owned(),
    })
}

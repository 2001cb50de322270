//! The far end: a letter becomes the request that it was, passes what every request passes, and its reply goes
//! into the letter back.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode, Uri, Version};
use http_body_util::{BodyExt as _, Full};
use jianyi_bus::{Bus, Desk, Letter, Question};
use jianyi_kernel::Division;
use jianyi_rpc::{DEFAULT_TIMEOUT, Policies, stated_timeout};
use jianyi_telemetry::Shutdown;
use tonic::Status;
use tonic::body::Body;
use tower::{Service, ServiceExt as _};

use crate::client::state;
use crate::content::{self, Unreadable};
use crate::{address, frame, head, refusal};

/// At most so many calls at a time, half of what one connection may hold: a letter weighs up to a megabyte.
const MOST: usize = 512;

/// What is served through the tunnel.
#[derive(Debug, Clone)]
pub struct Served {
    /// The place whose calls are answered.
    pub place: Division,
    /// Instances under one name share the calls.
    pub group: String,
    /// Full names of gRPC services.
    pub services: Vec<String>,
    /// They tell which methods stream.
    pub policies: Arc<Policies>,
}

/// Answers calls from the bus until shutdown, then finishes those that have begun. `stack` is what also stands
/// behind the service's port.
pub async fn serve<S>(bus: Bus, served: Served, stack: S, shutdown: Shutdown)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let desk = Desk {
        subjects: served
            .services
            .iter()
            .map(|service| address::of_service(&served.place, service))
            .collect(),
        group: served.group.clone(),
        most: MOST,
        refusal: told(&refusal::busy()),
    };
    let most = bus.largest();
    let served = Arc::new(served);
    let handler = move |question: Question| {
        let (stack, served) = (stack.clone(), Arc::clone(&served));
        async move { answer(stack, &served, question, most).await }
    };
    bus.answer(desk, handler, shutdown).await;
}

/// `None` when the time of the call was up before or while it was worked on: nobody waits any more.
async fn answer<S>(stack: S, served: &Served, question: Question, most: usize) -> Option<Letter>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let mut request = match request(served, &question) {
        Ok(request) => request,
        Err(status) => return Some(told(&status)),
    };
    let within = stated_timeout(request.headers()).unwrap_or(DEFAULT_TIMEOUT);
    let until = question.arrived.checked_add(within)?;
    let left = until.checked_duration_since(tokio::time::Instant::now())?;
    if left.is_zero() {
        tracing::debug!("a call came too late");
        return None;
    }
    state(request.headers_mut(), left);
    let answering = async {
        match stack.oneshot(request).await {
            Ok(response) => letter(response, most).await,
            Err(never) => match never {},
        }
    };
    tokio::time::timeout_at(until, answering).await.ok()
}

fn request(served: &Served, question: &Question) -> Result<Request<Body>, Status> {
    let path = address::path(&served.services, &question.subject)
        .ok_or_else(|| jianyi_rpc::status(jianyi_kernel::Fault::Denied))?;
    if served.policies.streams(&path) {
        return Err(refusal::streams());
    }
    let (headers, trailers) =
        head::read(&question.letter.headers).map_err(|head::Unfit| refusal::unfit_metadata())?;
    if !trailers.is_empty() {
        return Err(refusal::unfit_metadata());
    }
    let body = content::read(&question.letter).map_err(|unreadable| match unreadable {
        Unreadable::Malformed => jianyi_rpc::malformed(),
        Unreadable::TooLarge => jianyi_rpc::too_large(),
    })?;
    if frame::count(&body) != Some(1) {
        return Err(jianyi_rpc::malformed());
    }
    let uri = Uri::try_from(path).map_err(|_| jianyi_rpc::malformed())?;
    let mut request = Request::new(Body::new(Full::new(body)));
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

async fn letter(response: Response<Body>, most: usize) -> Letter {
    let (parts, body) = response.into_parts();
    let mut letter = Letter::default();
    let Ok(collected) = body.collect().await else {
        return told(&Status::cancelled("the reply broke off"));
    };
    let trailers = collected.trailers().cloned().unwrap_or_default();
    let body = collected.to_bytes();
    if parts.status == StatusCode::OK && frame::count(&body).is_none_or(|count| count > 1) {
        return told(&refusal::streams());
    }
    head::write_status(parts.status, &mut letter.headers);
    let written = head::write(&parts.headers, false, &mut letter.headers)
        .and_then(|()| head::write(&trailers, true, &mut letter.headers));
    if written.is_err() {
        tracing::error!("a reply has metadata that do not travel");
        return told(&refusal::unfit_metadata());
    }
    content::write(body, &mut letter);
    if letter.weight() > most {
        return told(&refusal::reply_too_large(most));
    }
    letter
}

/// A letter that says no.
fn told(status: &Status) -> Letter {
    let mut letter = Letter::default();
    let headers = status.clone().into_http::<Body>().into_parts().0.headers;
    // Statuses percent-encode what is not ASCII.
    let _ = head::write(&headers, false, &mut letter.headers);
    letter
}

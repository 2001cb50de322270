//! The member services of all counties as one: a request goes to the county it names, or to all of them.
//!
//! Generic by contract. What is forwarded are the client's own bytes; only the parts of a walk over all
//! counties are written here.

use std::time::Duration;

use bytes::Bytes;
use jianyi_kernel::{Caller, Division, Fault, Violation};
use prost_reflect::{DynamicMessage, Value};
use tonic::{Code, Request, Response, Status};

use crate::contracts::Method;
use crate::deadline::Deadline;
use crate::directory::{Counties, Directory};
use crate::pages::{self, Paging, Position};
use crate::raw::{Failure, Outgoing};
use crate::route::{self, Place};
use crate::{county, unreachable};

/// In a walk over all counties nobody waits longer than this for one of them.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers a call of the member service.
pub(crate) async fn call(
    directory: &Directory,
    method: &Method,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, Status> {
    let caller = jianyi_rpc::caller(&request).map_err(jianyi_rpc::status)?;
    let (metadata, _, bytes) = request.into_parts();
    let message = method.request(bytes.clone()).map_err(jianyi_rpc::status)?;
    let outgoing = Outgoing {
        path: method.path.clone(),
        deadline: Deadline::of(metadata.as_ref()),
        metadata,
        repeatable: method.is_repeatable(&message),
    };
    let code = match route::place(&message).map_err(jianyi_rpc::status)? {
        Place::AllCounties => {
            return walk(&directory.counties(), method, &caller, &outgoing, &message).await;
        }
        Place::County(code) => code,
        Place::Anywhere => Division::city(),
    };
    county::admit(&caller, &method.policy, &code).map_err(jianyi_rpc::status)?;
    let link = directory
        .counties()
        .link(&code)
        .map_err(jianyi_rpc::status)?;
    outgoing
        .call(&link, &bytes)
        .await
        .map_err(|failure| match failure {
            Failure::Unreachable => unreachable::county(&code),
            answered @ (Failure::Answered(_) | Failure::TimedOut) => answered.status("member"),
        })
}

/// Asks county after county until the page is full.
async fn walk(
    counties: &Counties,
    method: &Method,
    caller: &Caller,
    outgoing: &Outgoing,
    request: &DynamicMessage,
) -> Result<Response<Bytes>, Status> {
    let reply = method.descriptor.output();
    if !pages::can_gather(&reply) || request.get_field_by_name("parent").is_none() {
        return Err(jianyi_rpc::status(no_wildcard()));
    }
    let paging = Paging::of(request).map_err(jianyi_rpc::status)?;
    let reached =
        county::all(caller, &method.policy, counties.codes()).map_err(jianyi_rpc::status)?;
    let mut whole = DynamicMessage::new(reply.clone());
    let mut missing = Vec::new();
    let mut left = paging.size;
    let mut next = None;
    for code in reached {
        let inner = match &paging.from {
            Some(from) if code < from.county => continue,
            Some(from) if code == from.county => from.inner.clone(),
            Some(_) | None => String::new(),
        };
        if left == Some(0) {
            next = Some(Position {
                county: code,
                inner,
            });
            break;
        }
        let part = pages::part(request, &code, left, &inner);
        let Some(answer) = ask(counties, outgoing, &code, &part).await? else {
            missing.push(Value::String(format!("counties/{code}")));
            continue;
        };
        let answer = DynamicMessage::decode(reply.clone(), answer)
            .map_err(|error| jianyi_rpc::status(Fault::internal(error)))?;
        let (count, inner) = pages::gather(&mut whole, &answer);
        left = left.map(|left| left.saturating_sub(count));
        if !inner.is_empty() {
            next = Some(Position {
                county: code,
                inner,
            });
            break;
        }
    }
    whole.set_field_by_name("unreachable", Value::List(missing));
    if let Some(position) = next {
        whole.set_field_by_name("next_page_token", Value::String(paging.token(&position)));
    }
    Ok(Response::new(pages::encode(&whole).into()))
}

/// One county's answer; `None` when it cannot be reached or cannot serve now.
async fn ask(
    counties: &Counties,
    outgoing: &Outgoing,
    code: &Division,
    part: &DynamicMessage,
) -> Result<Option<Bytes>, Status> {
    let link = counties.link(code).map_err(jianyi_rpc::status)?;
    let outgoing = Outgoing {
        deadline: outgoing.deadline.within(PATIENCE),
        ..outgoing.clone()
    };
    match outgoing.call(&link, &pages::encode(part).into()).await {
        Ok(reply) => Ok(Some(reply.into_inner())),
        // Its time is shorter than the client's, so that it is over says nothing about the walk.
        Err(Failure::Answered(status))
            if !matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded) =>
        {
            Err(status)
        }
        Err(Failure::Answered(_) | Failure::Unreachable | Failure::TimedOut) => Ok(None),
    }
}

fn no_wildcard() -> Fault {
    Violation::new(
        "parent",
        "WILDCARD_NOT_ALLOWED",
        "counties/- is for lists only; name one county".into(),
        "此操作须指明一个县区,不能对全部县区进行",
    )
    .into()
}

//! From a request that passed the gate to the [`Call`] that a use case needs.

use jianyi_kernel::{Call, Caller, Fault, Violation};
use prost::Message;
use sha2::{Digest as _, Sha256};
use tonic::Request;

/// What the gate learned about a call and left in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    pub(crate) path: String,
    pub(crate) caller: Caller,
    pub(crate) audited: bool,
    pub(crate) traceparent: Option<String>,
}

fn admitted<M>(request: &Request<M>) -> Result<&Admitted, Fault> {
    request
        .extensions()
        .get::<Admitted>()
        .ok_or_else(|| Fault::internal("a request came past the gate"))
}

/// The mutating call this request is. An empty `request_id` means the client does not ask for
/// idempotency.
///
/// # Errors
/// [`Fault::Invalid`] when the request id is longer than 128 characters or not printable ASCII.
pub fn call<M: Message>(request: &Request<M>, request_id: &str) -> Result<Call, Fault> {
    let admitted = admitted(request)?;
    if request_id.len() > 128 || !request_id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Violation::new(
            "request_id",
            "REQUEST_ID_MALFORMED",
            "a request id is at most 128 printable ASCII characters; a UUID is a good one".into(),
            "请求编号应为不超过 128 个字符的字母数字",
        )
        .into());
    }
    Ok(Call {
        method: admitted.path.clone(),
        caller: admitted.caller.clone(),
        request_id: (!request_id.is_empty()).then(|| request_id.to_owned()),
        request_hash: Sha256::digest(request.get_ref().encode_to_vec()).into(),
        audited: admitted.audited,
        purpose: None,
        traceparent: admitted.traceparent.clone(),
    })
}

/// Who calls, for reads that show more to some.
///
/// # Errors
/// [`Fault::Internal`] when the request did not pass the gate.
pub fn caller<M>(request: &Request<M>) -> Result<Caller, Fault> {
    admitted(request).map(|admitted| admitted.caller.clone())
}

/// Money-moving methods refuse a call without request id: a retry must not pay twice.
///
/// # Errors
/// [`Fault::Invalid`] when it is empty.
pub fn require_request_id(request_id: &str) -> Result<(), Fault> {
    if request_id.is_empty() {
        return Err(Violation::required("request_id").into());
    }
    Ok(())
}

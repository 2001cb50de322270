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
    /// Nobody was asked who he is.
    pub(crate) anonymous: bool,
    pub(crate) audited: bool,
    pub(crate) reveals: bool,
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
        reveals: admitted.reveals,
        traceparent: admitted.traceparent.clone(),
    })
}

/// The call that shows personal data unmasked: it states what for, and is not repeated from memory.
///
/// # Errors
/// [`Fault::Invalid`] `PURPOSE_REQUIRED` without a purpose of 2 to 200 characters (G05).
pub fn reveal_call<M: Message>(request: &Request<M>, purpose: &str) -> Result<Call, Fault> {
    let purpose = purpose.trim();
    let length = purpose.chars().count();
    if !(2..=200).contains(&length) || purpose.chars().any(char::is_control) {
        return Err(Violation::new(
            "purpose",
            "PURPOSE_REQUIRED",
            "state in 2 to 200 characters what the data is needed for".into(),
            "请用 2 至 200 个字说明查看完整信息的用途",
        )
        .into());
    }
    let mut call = call(request, "")?;
    if !call.reveals || !call.audited {
        return Err(Fault::internal(
            "this method's policy does not let it reveal",
        ));
    }
    call.purpose = Some(purpose.to_owned());
    Ok(call)
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

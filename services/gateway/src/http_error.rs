//! Faults as HTTP answers with JSON, the same reasons and sentences as over gRPC.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use jianyi_kernel::Fault;
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// The answer for a fault.
pub(crate) fn response(fault: Fault) -> Response {
    of_status(&jianyi_rpc::status(fault))
}

/// The answer for a status.
pub(crate) fn of_status(status: &Status) -> Response {
    let details = status.get_error_details();
    let body = json!({
        "error": {
            "reason": details.error_info().map(|info| info.reason.as_str()),
            "message": status.message(),
            "zh": details.localized_message().map(|localized| localized.message.as_str()),
        }
    });
    let mut response = (code(status.code()), Json(body)).into_response();
    if let Some(after) = details.retry_info().and_then(|info| info.retry_delay) {
        // Whole seconds, never too few.
        let seconds = after.as_secs().saturating_add(1);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn code(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => {
            StatusCode::BAD_REQUEST
        }
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Cancelled | Code::Unknown | Code::Internal | Code::DataLoss => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_keep_their_kind_over_http() {
        assert_eq!(
            response(Fault::Unauthenticated("TOKEN_MISSING")).status(),
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(response(Fault::Denied).status(), StatusCode::FORBIDDEN);
        assert_eq!(
            response(Fault::Unavailable("NATS".into())).status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}

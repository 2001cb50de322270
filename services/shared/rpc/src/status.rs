//! The one mapping from [`Fault`] to a gRPC status with standard details (AIP-193).
//!
//! `Status.message` is English for developers; the Chinese sentence for people is `LocalizedMessage`.
//! The text of internal errors is logged here, once, and never leaves the process.

use std::collections::HashMap;
use std::time::Duration;

use futures::Stream;
use jianyi_kernel::{Fault, Mask, Refusal, Violation};
use tonic::{Code, Response, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

const DOMAIN: &str = "jianyi";
const LOCALE: &str = "zh-CN";
/// Details travel in headers, of which clients take 16 KiB: more violations than these are not told at once.
const MOST_VIOLATIONS: usize = 20;

/// Ends a handler: the reply, its sensitive fields masked whatever the handler put in, or the status of
/// its fault.
///
/// # Errors
/// The status that [`status`] makes.
pub fn answer<T: Mask>(result: Result<T, Fault>) -> Result<Response<T>, Status> {
    result
        .map(|mut reply| {
            reply.mask();
            Response::new(reply)
        })
        .map_err(status)
}

/// Ends a handler of a method that reveals: the reply as it is. The unit of work that made it has
/// recorded who asked and what for.
///
/// # Errors
/// As [`answer`].
pub fn answer_revealed<T>(result: Result<T, Fault>) -> Result<Response<T>, Status> {
    result.map(Response::new).map_err(status)
}

/// Ends a handler that answers with a stream of events, which carry nothing personal by contract.
///
/// # Errors
/// As [`answer`].
pub fn answer_stream<S: Stream>(result: Result<S, Fault>) -> Result<Response<S>, Status> {
    result.map(Response::new).map_err(status)
}

/// Maps a fault to its status.
#[must_use]
pub fn status(mut fault: Fault) -> Status {
    if let Fault::Invalid(violations) = &mut fault {
        violations.truncate(MOST_VIOLATIONS);
    }
    let message = fault.to_string();
    match fault {
        Fault::Invalid(violations) => invalid(&message, &violations),
        Fault::Unauthenticated(reason) => detailed(
            Code::Unauthenticated,
            &message,
            reason,
            "登录已失效或凭证不正确,请重新登录",
        ),
        Fault::Denied => detailed(
            Code::PermissionDenied,
            "permission denied (or it might not exist)",
            "PERMISSION_DENIED",
            "您没有此项权限,或该内容不存在",
        ),
        Fault::NotFound(name) => resource(
            Code::NotFound,
            &message,
            "NOT_FOUND",
            &name,
            "没有找到这条记录",
        ),
        Fault::Exists(name) => resource(
            Code::AlreadyExists,
            &message,
            "ALREADY_EXISTS",
            &name,
            "这条记录已经存在,无需重复登记",
        ),
        Fault::Refused(refusal) => refused(refusal),
        Fault::Stale(_) => detailed(
            Code::Aborted,
            &message,
            "ETAG_MISMATCH",
            "这条记录刚被他人修改,请刷新后再试",
        ),
        Fault::Busy(after) => retryable(Code::ResourceExhausted, &message, "BUSY", after),
        Fault::Unavailable(what) => retryable(
            Code::Unavailable,
            &absent(&what),
            "UNAVAILABLE",
            Duration::from_secs(1),
        ),
        internal @ Fault::Internal(_) => {
            tracing::error!(error = %internal.chain(), "a call failed");
            detailed(
                Code::Internal,
                "internal error",
                "INTERNAL",
                "系统出现故障,已记录,请稍后再试",
            )
        }
    }
}

/// Names a component and nothing else: an address, a path or a library's words stay in the log.
fn absent(what: &str) -> String {
    let is_plain = what.len() <= 64
        && what
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '/'))
        && !what.starts_with('/');
    if is_plain {
        return format!("unavailable: {what}");
    }
    tracing::warn!(error = what, "a call found something unavailable");
    "unavailable".into()
}

/// More than a limit allows; `after` says when to come back.
pub(crate) fn limited(reason: &str, zh: &str, after: Duration) -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info(reason, DOMAIN, HashMap::new())
        .set_retry_info(Some(after))
        .set_localized_message(LOCALE, zh);
    let message = "a limit for each caller is reached; retry later";
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

/// A request that is larger than is taken in. Coming back does not help.
#[must_use]
pub fn too_large() -> Status {
    detailed(
        Code::ResourceExhausted,
        "the request is larger than is taken in",
        "TOO_LARGE",
        "请求内容超过允许的大小,请分批提交",
    )
}

/// A message that does not follow its contract: truncated, of wrong wire types, not UTF-8.
#[must_use]
pub fn malformed() -> Status {
    detailed(
        Code::InvalidArgument,
        "the message cannot be read by its contract",
        "MESSAGE_MALFORMED",
        "请求内容无法识别,请检查格式与编码(UTF-8)",
    )
}

/// A call whose time is up.
#[must_use]
pub fn timed_out() -> Status {
    detailed(
        Code::DeadlineExceeded,
        "the deadline passed before the service answered",
        "DEADLINE_EXCEEDED",
        "处理超时,请稍后再试",
    )
}

fn detailed(code: Code, message: &str, reason: &str, zh: &str) -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info(reason, DOMAIN, HashMap::new())
        .set_localized_message(LOCALE, zh);
    Status::with_error_details(code, message, details)
}

fn resource(code: Code, message: &str, reason: &str, name: &str, zh: &str) -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info(reason, DOMAIN, HashMap::new())
        .set_resource_info("", name, "", "")
        .set_localized_message(LOCALE, zh);
    Status::with_error_details(code, message, details)
}

fn invalid(message: &str, violations: &[Violation]) -> Status {
    let fields: Vec<FieldViolation> = violations
        .iter()
        .map(|violation| FieldViolation {
            field: violation.field.clone(),
            description: violation.message.clone(),
            reason: violation.reason.into(),
            localized_message: Some(tonic_types::LocalizedMessage {
                locale: LOCALE.into(),
                message: violation.zh.into(),
            }),
        })
        .collect();
    let zh = violations
        .iter()
        .map(|violation| format!("{}:{}", violation.field, violation.zh))
        .collect::<Vec<_>>()
        .join(";");
    let reason = violations
        .first()
        .map_or("INVALID", |violation| violation.reason);
    let mut details = ErrorDetails::new();
    details
        .set_error_info(reason, DOMAIN, HashMap::new())
        .set_bad_request(fields)
        .set_localized_message(LOCALE, zh);
    Status::with_error_details(Code::InvalidArgument, message, details)
}

fn refused(refusal: Refusal) -> Status {
    let meta: HashMap<String, String> = refusal
        .meta
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let mut details = ErrorDetails::new();
    details
        .set_error_info(refusal.reason, refusal.domain, meta)
        .set_localized_message(LOCALE, refusal.zh);
    Status::with_error_details(Code::FailedPrecondition, refusal.message, details)
}

fn retryable(code: Code, message: &str, reason: &str, after: Duration) -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info(reason, DOMAIN, HashMap::new())
        .set_retry_info(Some(after))
        .set_localized_message(LOCALE, "系统繁忙或暂时无法连接,请稍后再试");
    Status::with_error_details(code, message, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_violations_travel_at_once_and_internals_do_not() {
        let fault = Fault::Invalid(vec![
            Violation::required("title"),
            Violation::new(
                "amount_fen",
                "AMOUNT_NOT_POSITIVE",
                "above zero".into(),
                "金额必须大于 0",
            ),
        ]);
        let status = status(fault);
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        let fields: Vec<_> = details
            .bad_request()
            .unwrap()
            .field_violations
            .iter()
            .map(|v| v.field.as_str())
            .collect();
        assert_eq!(fields, ["title", "amount_fen"]);
        assert!(
            details
                .localized_message()
                .unwrap()
                .message
                .contains("金额必须大于 0")
        );

        let many = Fault::Invalid(vec![
            Violation::required("journal_entry.lines.account");
            10_000
        ]);
        let many = super::status(many);
        assert_eq!(
            many.get_error_details()
                .bad_request()
                .unwrap()
                .field_violations
                .len(),
            MOST_VIOLATIONS
        );
        assert!(many.details().len() + many.message().len() < 10_000);

        let internal = super::status(Fault::internal("password=secret"));
        assert!(!format!("{internal:?}").contains("secret"));
    }

    #[test]
    fn what_is_unavailable_is_named_and_how_it_failed_is_not() {
        for inner in [
            "cannot listen on 127.0.0.1:8640: in use",
            "nats: connection refused",
            "/var/lib/jianyi/secrets",
            "consumer: error \"jetstream\"",
        ] {
            let status = super::status(Fault::Unavailable(inner.into()));
            assert_eq!(status.message(), "unavailable", "{inner}");
        }
        for name in ["identity", "member/410611", "care cannot be reached"] {
            let status = super::status(Fault::Unavailable(name.into()));
            assert_eq!(status.message(), format!("unavailable: {name}"));
        }
    }
}

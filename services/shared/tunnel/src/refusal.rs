//! What the tunnel itself says no to, with the reason that programs decide by and a sentence for people.

use std::collections::HashMap;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

const DOMAIN: &str = "tunnel.jianyi";
const LOCALE: &str = "zh-CN";

/// Streams have no end to wait for, and one letter has.
pub(crate) fn streams() -> Status {
    refusal(
        Code::Unimplemented,
        "this place is reached through the message bus, which carries calls of one request and one reply only",
        "TUNNEL_UNARY_ONLY",
        "该县区经消息通道连接,不支持持续推送类操作",
    )
}

/// The request does not fit into a letter, compressed or not.
pub(crate) fn request_too_large(most: usize) -> Status {
    refusal(
        Code::ResourceExhausted,
        &format!("the request does not fit into a message of {most} bytes; send less at a time"),
        "TUNNEL_REQUEST_TOO_LARGE",
        "请求内容超过县区通道允许的大小,请分批提交",
    )
}

/// The reply does not fit into a letter.
pub(crate) fn reply_too_large(most: usize) -> Status {
    refusal(
        Code::ResourceExhausted,
        &format!("the reply does not fit into a message of {most} bytes; ask for smaller pages"),
        "TUNNEL_REPLY_TOO_LARGE",
        "返回内容超过县区通道允许的大小,请减小每页条数后再查",
    )
}

/// Metadata that would not come out as it went in.
pub(crate) fn unfit_metadata() -> Status {
    refusal(
        Code::InvalidArgument,
        "metadata are lower-case names and printable ASCII values",
        "TUNNEL_METADATA_UNFIT",
        "请求附带的元数据含有不允许的字符",
    )
}

/// A reply that is none: the two ends do not speak the same.
pub(crate) fn unreadable_reply() -> Status {
    refusal(
        Code::Internal,
        "the other end of the tunnel answered something that is no gRPC reply",
        "TUNNEL_REPLY_UNREADABLE",
        "县区返回的内容无法识别,请联系维护人员",
    )
}

/// More calls at a time than are taken in.
pub(crate) fn busy() -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info("TUNNEL_BUSY", DOMAIN, HashMap::new())
        .set_retry_info(Some(Duration::from_millis(200)))
        .set_localized_message(LOCALE, "县区当前处理的操作过多,请稍后再试");
    let message = "too many calls at a time; retry later";
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

fn refusal(code: Code, message: &str, reason: &str, zh: &str) -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info(reason, DOMAIN, HashMap::new())
        .set_localized_message(LOCALE, zh);
    Status::with_error_details(code, message, details)
}

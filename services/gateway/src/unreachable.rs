//! The answer for a county that was asked for by name and does not answer.

use std::collections::HashMap;
use std::time::Duration;

use jianyi_kernel::Division;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// UNAVAILABLE with `COUNTY_UNREACHABLE`: never an empty list, which would read as "there is nobody".
pub(crate) fn county(code: &Division) -> Status {
    let mut details = ErrorDetails::new();
    details
        .set_error_info(
            "COUNTY_UNREACHABLE",
            "gateway.jianyi",
            HashMap::from([("county".to_owned(), code.to_string())]),
        )
        .set_retry_info(Some(Duration::from_secs(5)))
        .set_localized_message("zh-CN", format!("{code} 的会员服务暂时无法连接,请稍后再试"));
    Status::with_error_details(
        Code::Unavailable,
        format!("counties/{code} cannot be reached"),
        details,
    )
}

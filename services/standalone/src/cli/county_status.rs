//! The counties' part of `jianyi status`: link, reachability, watermark, lag, gaps, silence, certificate.

use std::fmt::Write as _;

use jianyi_kernel::Timestamp;
use jianyi_proto::oversight::v1::{CountyStatus, ListCountyStatusResponse};
use serde_json::{Value, json};

use crate::client::ClientError;

type Asked = Result<ListCountyStatusResponse, ClientError>;

/// Nothing where no county has a site of its own.
pub(super) fn table(asked: &Asked) -> String {
    let counties = match asked {
        Ok(reply) if reply.counties.is_empty() => return String::new(),
        Ok(reply) => &reply.counties,
        Err(error) => return format!("\n\ncounties: {error}"),
    };
    let mut text = String::from(
        "\n\ncounty  link                      reachable  watermark             seq      lag          gaps  silent since          certificate until",
    );
    for county in counties {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{:<7} {:<25} {:<10} {:<21} {:<8} {:<12} {:<5} {:<21} {}",
            county.division,
            county.url,
            if county.reachable { "yes" } else { "NO" },
            seconds(county.watermark_time.as_ref()),
            county.watermark_sequence,
            lag(county),
            county.gap_events,
            seconds(county.silent_since.as_ref()),
            seconds(county.certificate_expire_time.as_ref()),
        );
    }
    text
}

/// Events and how long the first of them has waited; a dash where nobody could tell yet.
fn lag(county: &CountyStatus) -> String {
    match county.lag_events {
        None => "—".into(),
        Some(0) => "0".into(),
        Some(events) => format!("{events}/{}s", county.lag_seconds),
    }
}

/// For programs; `null` when it could not be asked.
pub(super) fn json(asked: &Asked) -> Value {
    let Ok(reply) = asked else { return Value::Null };
    let counties = reply.counties.iter().map(|county| {
        json!({
            "county": county.division,
            "link": county.url,
            "reachable": county.reachable,
            "heard_time": time(county.heard_time.as_ref()),
            "silent_since": time(county.silent_since.as_ref()),
            "watermark": {
                "sequence": county.watermark_sequence,
                "time": time(county.watermark_time.as_ref()),
            },
            "stream": {
                "sequence": county.stream_sequence,
                "time": time(county.stream_time.as_ref()),
                "check_time": time(county.check_time.as_ref()),
            },
            "lag_events": county.lag_events,
            "lag_seconds": county.lag_seconds,
            "gap_events": county.gap_events,
            "gap_sequences": county.gap_sequences,
            "certificate_until": time(county.certificate_expire_time.as_ref()),
        })
    });
    counties.collect()
}

fn time(at: Option<&prost_reflect::prost_types::Timestamp>) -> Option<String> {
    at.and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
        .map(Timestamp::rfc3339)
}

/// To the second: whoever reads the table compares with his watch.
fn seconds(at: Option<&prost_reflect::prost_types::Timestamp>) -> String {
    at.and_then(|at| Timestamp::from_unix(at.seconds, 0))
        .map_or_else(|| "—".into(), Timestamp::rfc3339)
}

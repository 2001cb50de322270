//! How long a call may take: what the client said, else thirty seconds; what is left of it is handed on.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::time::Instant;

const HEADER: &str = "grpc-timeout";
const DEFAULT: Duration = Duration::from_secs(30);
/// Kept back at every step, so that the one behind gives up first and says why.
const MARGIN: Duration = Duration::from_millis(10);

/// When a call must be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// Reads the client's, counted from now.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let stated = headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .and_then(parse);
        Self(Instant::now() + stated.unwrap_or(DEFAULT))
    }

    /// This deadline, or an earlier one.
    pub(crate) fn within(self, most: Duration) -> Self {
        Self(self.0.min(Instant::now() + most))
    }

    /// The instant itself.
    pub(crate) const fn instant(self) -> Instant {
        self.0
    }

    /// Whether it has passed.
    pub(crate) fn is_over(self) -> bool {
        Instant::now() >= self.0
    }

    /// Writes what is left into the headers of the call that goes on.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let left = self
            .0
            .saturating_duration_since(Instant::now())
            .saturating_sub(MARGIN);
        // At most eight digits are allowed; 27 hours in milliseconds fit.
        let millis = left.as_millis().clamp(1, 99_999_999);
        if let Ok(value) = HeaderValue::try_from(format!("{millis}m")) {
            headers.insert(HEADER, value);
        }
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(n.saturating_mul(3600))),
        "M" => Some(Duration::from_secs(n.saturating_mul(60))),
        "S" => Some(Duration::from_secs(n)),
        "m" => Some(Duration::from_millis(n)),
        "u" => Some(Duration::from_micros(n)),
        "n" => Some(Duration::from_nanos(n)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        assert_eq!(parse("5S"), Some(Duration::from_secs(5)));
        assert_eq!(parse("99999999n"), Some(Duration::from_nanos(99_999_999)));
        assert_eq!(parse("2M"), Some(Duration::from_secs(120)));
        for bad in ["", "S", "5", "5s", "-1S", "123456789S", "五S"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_step_leaves_less_to_the_next() {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static("2S"));
        let deadline = Deadline::of(&headers);
        tokio::time::advance(Duration::from_millis(500)).await;
        deadline.write(&mut headers);
        assert_eq!(headers.get(HEADER).unwrap(), "1490m");
        assert!(!deadline.is_over());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(deadline.is_over());
        deadline.write(&mut headers);
        assert_eq!(headers.get(HEADER).unwrap(), "1m");
        Deadline::of(&HeaderMap::new()).write(&mut headers);
        assert_eq!(headers.get(HEADER).unwrap(), "29990m");
    }
}

//! How long a call may take: what the client said, else thirty seconds; what is left of it is handed on.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::time::Instant;

const HEADER: &str = "grpc-timeout";
/// Kept back at every step, so that the one behind gives up first and says why.
const MARGIN: Duration = Duration::from_millis(10);

/// When a call must be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// Reads the client's, counted from now.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let stated = jianyi_rpc::stated_timeout(headers);
        Self(Instant::now() + stated.unwrap_or(jianyi_rpc::DEFAULT_TIMEOUT))
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

#[cfg(test)]
mod tests {
    use super::*;

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

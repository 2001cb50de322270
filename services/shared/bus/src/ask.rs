//! Asking one question and waiting for its one answer.
//!
//! Whoever asks learns at once when nobody listens, and is not left waiting when the broker goes away.

use std::time::Duration;

use async_nats::client::{Request, RequestErrorKind};

use crate::{Bus, Letter};

/// Why a question was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nobody listens to the subject; the broker says so at once.
    NoResponders,
    /// Time was up. Whether the question was heard is not known.
    TimedOut,
    /// The broker is away, or went away before the answer came.
    Away,
    /// The broker does not carry letters of this weight.
    TooLarge,
    /// A header has bytes that no header may have.
    Malformed,
}

impl Bus {
    /// Asks a question; its answer is awaited for so long.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask(
        &self,
        subject: &str,
        letter: Letter,
        within: Duration,
    ) -> Result<Letter, NoAnswer> {
        if letter.weight() > self.largest() {
            return Err(NoAnswer::TooLarge);
        }
        let headers = letter.header_map().ok_or(NoAnswer::Malformed)?;
        let mut up = self.up();
        // Else the client would keep the question until the broker is back.
        if !self.is_connected() {
            return Err(NoAnswer::Away);
        }
        let request = Request::new()
            .headers(headers)
            .payload(letter.payload)
            .timeout(None);
        let asking = self.client().send_request(subject.to_owned(), request);
        tokio::select! {
            answered = tokio::time::timeout(within, asking) => match answered {
                Ok(Ok(message)) => Ok(Letter::read(message.headers.as_ref(), message.payload)),
                Ok(Err(error)) => Err(reason(error.kind())),
                Err(_) => Err(NoAnswer::TimedOut),
            },
            // The answer to a connection that broke is lost.
            _ = up.wait_for(|up| !up) => Err(NoAnswer::Away),
        }
    }

    /// The weight of the largest letter that the broker carries.
    #[must_use]
    pub fn largest(&self) -> usize {
        self.client().max_payload()
    }
}

const fn reason(kind: RequestErrorKind) -> NoAnswer {
    match kind {
        RequestErrorKind::NoResponders => NoAnswer::NoResponders,
        RequestErrorKind::TimedOut => NoAnswer::TimedOut,
        RequestErrorKind::MaxPayloadExceeded => NoAnswer::TooLarge,
        RequestErrorKind::InvalidSubject => NoAnswer::Malformed,
        RequestErrorKind::Other => NoAnswer::Away,
    }
}

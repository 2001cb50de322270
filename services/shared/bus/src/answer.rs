//! Answering questions: so many at a time, the rest refused at once, and none forgotten at the end.
//!
//! Questions are read as they come, never left lying: one that waited unread would be worked on after the
//! one who asked has gone.

use std::time::Duration;

use async_nats::{Client, Message, Subject, Subscriber};
use futures::StreamExt as _;
use futures::stream::{SelectAll, select_all};
use jianyi_telemetry::Shutdown;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{Bus, Letter};

/// How long after a shutdown questions that came before may be answered.
const GRACE: Duration = Duration::from_secs(5);

/// What is answered, and how much of it.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Subjects to listen to.
    pub subjects: Vec<String>,
    /// Each question goes to one of all who listen under this name.
    pub group: String,
    /// At most so many questions at a time.
    pub most: usize,
    /// What the next one is told.
    pub refusal: Letter,
}

/// A question as it came.
#[derive(Debug)]
pub struct Question {
    /// What it was asked under.
    pub subject: String,
    /// What it says.
    pub letter: Letter,
    /// When it came.
    pub arrived: Instant,
}

impl Bus {
    /// Answers until shutdown, then finishes what it has begun. The handler's `None` is no answer: for those
    /// who have stopped waiting. Connections that break are mended underneath.
    pub async fn answer<H, F>(&self, desk: Desk, handler: H, shutdown: Shutdown)
    where
        H: Fn(Question) -> F + Send,
        F: Future<Output = Option<Letter>> + Send + 'static,
    {
        let mut subscribers = Vec::with_capacity(desk.subjects.len());
        for subject in &desk.subjects {
            match self
                .client()
                .queue_subscribe(subject.clone(), desk.group.clone())
                .await
            {
                Ok(subscriber) => subscribers.push(subscriber),
                Err(error) => {
                    tracing::error!(%error, subject, "cannot listen for questions");
                    return;
                }
            }
        }
        let mut questions = select_all(subscribers);
        let mut answering = JoinSet::new();
        loop {
            let message = tokio::select! {
                biased;
                () = shutdown.wait() => break,
                Some(_) = answering.join_next() => continue,
                next = questions.next() => match next {
                    Some(message) => message,
                    None => break,
                },
            };
            self.take(message, &desk, &handler, &mut answering).await;
        }
        let rest = async {
            leave(&mut questions).await;
            while let Some(message) = questions.next().await {
                self.take(message, &desk, &handler, &mut answering).await;
            }
            while answering.join_next().await.is_some() {}
            // An answer that is not out when the process ends is no answer.
            if let Err(error) = self.client().flush().await {
                tracing::debug!(%error, "last answers not sent");
            }
        };
        if tokio::time::timeout(GRACE, rest).await.is_err() {
            tracing::warn!("some questions were not answered before the end");
        }
    }

    async fn take<H, F>(
        &self,
        message: Message,
        desk: &Desk,
        handler: &H,
        answering: &mut JoinSet<()>,
    ) where
        H: Fn(Question) -> F,
        F: Future<Output = Option<Letter>> + Send + 'static,
    {
        // Nobody waits for an answer, so there is nothing to do.
        let Some(inbox) = message.reply else { return };
        let client = self.client().clone();
        if answering.len() >= desk.most {
            return send(&client, inbox, &desk.refusal).await;
        }
        let answer = handler(Question {
            subject: message.subject.to_string(),
            letter: Letter::read(message.headers.as_ref(), message.payload),
            arrived: Instant::now(),
        });
        answering.spawn(
            async move {
                if let Some(letter) = answer.await {
                    send(&client, inbox, &letter).await;
                }
            }
            .in_current_span(),
        );
    }
}

/// Tells the broker that no more questions are wanted; those on their way still come.
async fn leave(questions: &mut SelectAll<Subscriber>) {
    for subscriber in questions.iter_mut() {
        if let Err(error) = subscriber.drain().await {
            tracing::debug!(%error, "subscription not drained");
        }
    }
}

/// An answer that cannot be sent costs whoever asked the rest of his patience, and nothing else.
async fn send(client: &Client, inbox: Subject, letter: &Letter) {
    let Some(headers) = letter.header_map() else {
        tracing::error!("an answer's headers cannot be sent");
        return;
    };
    let sent = client
        .publish_with_headers(inbox, headers, letter.payload.clone())
        .await;
    if let Err(error) = sent {
        tracing::warn!(%error, "answer not sent");
    }
}

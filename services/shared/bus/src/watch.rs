//! Reading streams live, for the gateway and the command line.

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jianyi_kernel::{Division, Timestamp};
use jianyi_telemetry::{Shutdown, task};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::watcher::{Found, Watcher};
use crate::{Bus, Cursor, Filter};

/// Notices kept for a watcher that is slow to take them; the rest waits at the broker.
const BUFFER: usize = 256;

/// What a watcher is told.
#[derive(Debug, Clone)]
pub enum Notice {
    /// An event.
    Event(Box<Watched>),
    /// The place where "from now on" begins; only told to those who asked for that. Whoever is cut off before the
    /// first event resumes from here.
    Start(Cursor),
    /// The watcher is behind by this many events of one context; nothing is lost, it must read on.
    Lagging {
        /// Events still to come.
        pending: u64,
    },
}

/// An event as a watcher sees it.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Where to resume after this event.
    pub cursor: Cursor,
    /// The event's id.
    pub id: Uuid,
    /// Full name of the message.
    pub type_name: String,
    /// Who published it, `//care.jianyi/counties/410611`.
    pub source: String,
    /// Name of what it is about.
    pub subject_resource: String,
    /// Where it happened.
    pub division: Division,
    /// When the cause happened.
    pub time: Timestamp,
    /// Version of the aggregate after the change.
    pub sequence: i64,
    /// W3C trace context of the cause.
    pub traceparent: Option<String>,
    /// The encoded message.
    pub data: Bytes,
}

/// Shows the events of the contexts after a cursor, and goes on with what is published until the
/// stream of notices is dropped. Order is kept within a context. A broker that goes away and comes back
/// leaves neither gap nor repeat.
#[must_use]
pub fn watch(
    bus: Bus,
    contexts: &[&str],
    cursor: Cursor,
    filter: Filter,
    shutdown: &Shutdown,
) -> BoxStream<'static, Notice> {
    let subjects: Vec<(String, Vec<String>)> = contexts
        .iter()
        .map(|&context| (context.to_owned(), filter.subjects(context)))
        .filter(|(_, subjects)| !subjects.is_empty())
        .collect();
    let stop = shutdown.child();
    let (sender, receiver) = mpsc::channel(BUFFER);
    let watcher = Watcher {
        bus,
        filter,
        sender,
        stop: stop.clone(),
    };
    task::spawn("watch", watcher.run(subjects, cursor.clone()));
    let merged = Merged {
        receiver,
        cursor,
        _ended: Ended(stop),
    };
    stream::unfold(merged, |mut merged| async move {
        merged.next().await.map(|notice| (notice, merged))
    })
    .boxed()
}

/// Ends the readers when nobody listens any more.
struct Ended(Shutdown);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

struct Merged {
    receiver: mpsc::Receiver<Found>,
    cursor: Cursor,
    _ended: Ended,
}

impl Merged {
    async fn next(&mut self) -> Option<Notice> {
        loop {
            match self.receiver.recv().await? {
                Found::Start(cursor) if cursor != self.cursor => {
                    self.cursor = cursor.clone();
                    return Some(Notice::Start(cursor));
                }
                Found::Start(_) => {}
                Found::Lagging(pending) => return Some(Notice::Lagging { pending }),
                Found::Event(context, sequence, mut event) => {
                    self.cursor.advance(&context, sequence);
                    event.cursor = self.cursor.clone();
                    return Some(Notice::Event(event));
                }
            }
        }
    }
}

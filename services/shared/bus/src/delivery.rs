//! An event as it reaches a handler: its data and what its envelope says about it.

use bytes::Bytes;
use jianyi_kernel::{Division, Timestamp};
use uuid::Uuid;

use crate::Origin;

/// An event as it left the stream, not yet decoded.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The event's id, the same in every delivery.
    pub event_id: Uuid,
    /// Full name of the message.
    pub type_name: String,
    /// Name of what the event is about.
    pub resource: String,
    /// Where it happened.
    pub division: Division,
    /// Version of the aggregate after the change.
    pub version: i64,
    /// When the cause happened.
    pub occurred_at: Timestamp,
    /// Where in its stream the event stands.
    pub stream_sequence: u64,
    /// Where it was first written to a stream.
    pub origin: Origin,
    /// The encoded message.
    pub data: Bytes,
}

/// An event as a handler receives it.
#[derive(Debug, Clone)]
pub struct Received<E> {
    /// The message itself.
    pub event: E,
    /// The event's id, the same in every delivery.
    pub id: Uuid,
    /// Name of what the event is about.
    pub resource: String,
    /// Where it happened.
    pub division: Division,
    /// Version of the aggregate after the change; what is older than one's own copy is to be ignored.
    pub version: i64,
    /// When the cause happened.
    pub occurred_at: Timestamp,
    /// Where in its stream the event stands.
    pub stream_sequence: u64,
    /// Where it was first written to a stream.
    pub origin: Origin,
    /// The context that published it, e.g. `care`.
    pub stream: String,
}

/// A message that is handed on without being decoded, for consumers of everything.
#[derive(Debug, Clone)]
pub struct RawEvent {
    /// Full name of the message.
    pub type_name: String,
    /// The encoded message.
    pub data: Bytes,
}

impl Delivery {
    /// Puts a decoded message into this envelope.
    pub(crate) fn receive<E>(&self, event: E, stream: &str) -> Received<E> {
        Received {
            event,
            id: self.event_id,
            resource: self.resource.clone(),
            division: self.division.clone(),
            version: self.version,
            occurred_at: self.occurred_at,
            stream_sequence: self.stream_sequence,
            origin: self.origin,
            stream: stream.to_owned(),
        }
    }
}

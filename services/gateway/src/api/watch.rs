//! `WatchEvents`: live events as a server stream.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use jianyi_kernel::Fault;
use jianyi_proto::convert::timestamp;
use jianyi_proto::gateway::v1 as pb;
use tonic::Status;

use crate::events::{Events, Item, WantedText};

pub(super) fn watch(
    events: &Events,
    request: pb::WatchEventsRequest,
) -> Result<BoxStream<'static, Result<pb::WatchEventsResponse, Status>>, Fault> {
    let wanted = events.wanted(WantedText {
        cursor: request.cursor,
        contexts: request.contexts,
        divisions: request.divisions,
        types: request.types,
        follow: request.follow,
    })?;
    Ok(events.watch(wanted)?.map(|item| Ok(item.into())).boxed())
}

impl From<Item> for pb::WatchEventsResponse {
    fn from(item: Item) -> Self {
        let item = match item {
            Item::Event(event, data) => pb::watch_events_response::Item::Event(pb::CloudEvent {
                id: event.id.to_string(),
                source: event.source,
                r#type: event.type_name,
                subject: event.subject_resource,
                time: Some(timestamp(event.time)),
                division: event.division.to_string(),
                sequence: event.sequence,
                datacontenttype: "application/protobuf".into(),
                data_json: data.map(|data| data.to_string()).unwrap_or_default(),
                data: event.data.to_vec(),
                cursor: event.cursor.to_string(),
            }),
            Item::Lagging(pending, cursor) => {
                pb::watch_events_response::Item::Lagging(pb::Lagging {
                    pending: i64::try_from(pending).unwrap_or(i64::MAX),
                    cursor: cursor.to_string(),
                })
            }
        };
        Self { item: Some(item) }
    }
}

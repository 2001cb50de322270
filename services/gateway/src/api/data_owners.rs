//! `WatchDataOwners`: who can be reached, as a server stream.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jianyi_proto::convert::timestamp;
use jianyi_proto::gateway::v1 as pb;
use tokio::time::timeout;
use tonic::Status;

use crate::data_owners::{DataOwner, DataOwners};

/// A reader that hears nothing for longer than this knows that the line is cut.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) fn watch(
    data_owners: &DataOwners,
) -> BoxStream<'static, Result<pb::WatchDataOwnersResponse, Status>> {
    let watched = data_owners.watch();
    stream::unfold((watched, true), |(mut watched, first)| async move {
        let known = if first {
            watched.first().await
        } else {
            match timeout(HEARTBEAT, watched.changed()).await {
                Ok(changed) => changed,
                Err(_) => Some(watched.known()),
            }
        };
        known.map(|known| (Ok(response(&known)), (watched, false)))
    })
    .boxed()
}

fn response(known: &[DataOwner]) -> pb::WatchDataOwnersResponse {
    pb::WatchDataOwnersResponse {
        data_owners: known
            .iter()
            .map(|owner| pb::DataOwner {
                division: owner.division.to_string(),
                reachable: owner.reachable,
                change_time: owner.changed.map(timestamp),
            })
            .collect(),
    }
}

//! Asks every service how it is, all at once.

use std::time::Duration;

use futures::future::join_all;
use jianyi_proto::gateway::v1 as pb;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use jianyi_proto::ops::v1::{GetStatusRequest, ServiceStatus};
use tonic::Request;
use tonic::metadata::MetadataMap;

use crate::directory::Directory;
use jianyi_tunnel::Link;

/// Who has not answered by then is listed as not answering.
const PATIENCE: Duration = Duration::from_secs(3);
/// Handed on, so that each service decides for itself whether the caller may know.
const HANDED_ON: [&str; 2] = ["authorization", "traceparent"];

pub(super) async fn list(
    directory: &Directory,
    request: &Request<pb::ListServiceStatusRequest>,
) -> pb::ListServiceStatusResponse {
    let asked = directory
        .instances()
        .into_iter()
        .map(|(name, link)| ask(name, link, request.metadata()));
    pb::ListServiceStatusResponse {
        services: join_all(asked).await,
    }
}

async fn ask(name: String, link: Link, metadata: &MetadataMap) -> ServiceStatus {
    let mut request = Request::new(GetStatusRequest {
        service: name.clone(),
    });
    for key in HANDED_ON {
        if let Some(value) = metadata.get(key) {
            request.metadata_mut().insert(key, value.clone());
        }
    }
    let mut client = OpsServiceClient::new(link);
    let problem = match tokio::time::timeout(PATIENCE, client.get_status(request)).await {
        // It is listed under the name it is known by here, whatever it calls itself.
        Ok(Ok(status)) => {
            return ServiceStatus {
                service: name,
                ..status.into_inner()
            };
        }
        Ok(Err(status)) if std::error::Error::source(&status).is_some() => {
            "cannot be reached".to_owned()
        }
        Ok(Err(status)) => format!("{:?}: {}", status.code(), status.message()),
        Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
    };
    ServiceStatus {
        service: name,
        problem,
        ..ServiceStatus::default()
    }
}

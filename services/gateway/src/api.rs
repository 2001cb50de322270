//! `GatewayService`: the few methods that the gateway answers itself.

mod data_owners;
mod status;
mod watch;

use futures::stream::BoxStream;
use jianyi_proto::gateway::v1 as pb;
use jianyi_proto::gateway::v1::gateway_service_server::GatewayService;
use jianyi_rpc::{answer, answer_stream};
use tonic::{Request, Response, Status};

use crate::data_owners::DataOwners;
use crate::directory::Directory;
use crate::events::Events;

/// The service.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) directory: Directory,
    pub(crate) events: Events,
    pub(crate) data_owners: DataOwners,
}

#[tonic::async_trait]
impl GatewayService for Api {
    type WatchDataOwnersStream = BoxStream<'static, Result<pb::WatchDataOwnersResponse, Status>>;
    type WatchEventsStream = BoxStream<'static, Result<pb::WatchEventsResponse, Status>>;

    async fn list_service_status(
        &self,
        request: Request<pb::ListServiceStatusRequest>,
    ) -> Result<Response<pb::ListServiceStatusResponse>, Status> {
        answer(Ok(status::list(&self.directory, &request).await))
    }

    async fn watch_events(
        &self,
        request: Request<pb::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        answer_stream(watch::watch(&self.events, request.into_inner()))
    }

    async fn watch_data_owners(
        &self,
        _: Request<pb::WatchDataOwnersRequest>,
    ) -> Result<Response<Self::WatchDataOwnersStream>, Status> {
        answer_stream(Ok(data_owners::watch(&self.data_owners)))
    }
}

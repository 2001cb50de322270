//! Fetches identity's public keys for the token verifier.

use std::sync::Arc;

use jianyi_kernel::Fault;
use jianyi_proto::identity::v1::GetJwksRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::KeyFetcher;
use tonic::transport::Channel;

/// A fetcher that asks the identity service on a channel. How often is the verifier's business.
pub(crate) fn fetcher(channel: Channel) -> KeyFetcher {
    Arc::new(move || {
        let mut client = IdentityServiceClient::new(channel.clone());
        Box::pin(async move {
            let reply = client
                .get_jwks(GetJwksRequest {})
                .await
                .map_err(|_| Fault::Unavailable("identity".into()))?;
            Ok(reply.into_inner().jwks_json)
        })
    })
}

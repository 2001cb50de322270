//! Fetches identity's public keys for the token verifier.

use std::sync::Arc;
use std::time::Duration;

use jianyi_kernel::Fault;
use jianyi_proto::identity::v1::GetJwksRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::KeyFetcher;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tonic::transport::Channel;

/// Tokens that name unknown keys make identity be asked no more often than this.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(5);

/// A fetcher that asks the identity service on a channel.
pub(crate) fn fetcher(channel: Channel) -> KeyFetcher {
    let last: Arc<Mutex<Option<(Instant, String)>>> = Arc::default();
    Arc::new(move || {
        let mut client = IdentityServiceClient::new(channel.clone());
        let last = Arc::clone(&last);
        Box::pin(async move {
            let mut last = last.lock().await;
            if let Some((at, keys)) = last.as_ref()
                && at.elapsed() < AT_MOST_EVERY
            {
                return Ok(keys.clone());
            }
            let unreachable = || Fault::Unavailable("identity".into());
            let reply = tokio::time::timeout(PATIENCE, client.get_jwks(GetJwksRequest {}))
                .await
                .map_err(|_| unreachable())?
                .map_err(|_| unreachable())?;
            let keys = reply.into_inner().jwks_json;
            *last = Some((Instant::now(), keys.clone()));
            Ok(keys)
        })
    })
}

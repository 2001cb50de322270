//! Fetches identity's public keys over gRPC, for the token verifier.

use std::sync::Arc;

use jianyi_kernel::Fault;
use jianyi_proto::identity::v1::GetJwksRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::{ClientTls, KeyFetcher};

/// A fetcher that asks the identity service at `url`.
///
/// # Errors
/// [`Fault::Internal`] when the url is malformed.
pub(crate) fn fetcher(url: &str, tls: &ClientTls) -> Result<KeyFetcher, Fault> {
    let channel = jianyi_rpc::connect_with(url, tls)?;
    Ok(Arc::new(move || {
        let mut client = IdentityServiceClient::new(channel.clone());
        Box::pin(async move {
            let reply = client
                .get_jwks(GetJwksRequest {})
                .await
                .map_err(|_| Fault::Unavailable("identity".into()))?;
            Ok(reply.into_inner().jwks_json)
        })
    }))
}

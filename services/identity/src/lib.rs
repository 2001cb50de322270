//! Accounts, logins and tokens: who somebody is, proven once here and believed everywhere.
//!
//! Nothing secret leaves in the clear: passwords are hashed and the hash is sealed, private keys are
//! sealed, and what others need — the public keys — is published.

mod api;
mod domain;
mod password;
mod signing;
mod store;
mod usecase;

use futures::future::BoxFuture;
use jianyi_kernel::Fault;
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::identity::v1::identity_service_server::IdentityServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::usecase::App;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The identity service. Settings: `JIANYI_ADMIN_PASSWORD`, the password of the account `admin` that is
/// made when there is no account yet; `JIANYI_ACCESS_TTL_SECONDS`, the life of an access token.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "identity",
        migrations: &MIGRATOR,
        sealed: &store::SEALED,
        routes,
        subscriptions: |_| Vec::new(),
        prepare: Some(prepare),
        background: None,
    }
}

fn routes(parts: &Parts) -> Routes {
    Routes::new(IdentityServiceServer::new(api::Api::new(App::new(parts))))
}

fn prepare(parts: Parts) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        usecase::access_ttl(&parts.settings)?;
        usecase::install(
            &App::new(&parts),
            parts.settings.get("JIANYI_ADMIN_PASSWORD"),
        )
        .await
    })
}

//! Accounts, logins and tokens: who somebody is, proven once here and believed everywhere.
//!
//! Nothing secret leaves in the clear: passwords are hashed and the hash is sealed, private keys are
//! sealed, and what others need — the public keys — is published.

mod api;
mod assertion;
mod config;
mod domain;
mod events;
mod oidc;
mod password;
mod rights;
mod secret;
mod signing;
mod store;
mod usecase;

use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_kernel::Fault;
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::identity::v1::identity_service_server::IdentityServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::config::Config;
use crate::rights::Rights;
use crate::usecase::App;

static MIGRATOR: Migrator = sqlx::migrate!();

/// How often the age of the signing key is looked at.
const LOOK: Duration = Duration::from_secs(60 * 60);

/// The identity service. Its settings are those that `Config` reads.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "identity",
        migrations: &MIGRATOR,
        sealed: &store::SEALED,
        routes,
        subscriptions: |_| Vec::new(),
        prepare: Some(prepare),
        background: Some(rotate),
    }
}

fn routes(parts: &Parts) -> Routes {
    Routes::new(IdentityServiceServer::new(api::Api::new(App::new(parts))))
}

fn prepare(parts: Parts) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        let config = Config::read(&parts.settings)?;
        oidc::Provider::new(config.oidc.as_ref())?;
        Rights::read()?;
        usecase::first_key(&App::new(&parts)).await
    })
}

/// Replaces the signing key when it has become old.
fn rotate(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let app = App::new(&parts);
        while !parts.shutdown.is_triggered() {
            match usecase::rotate_old_key(&app).await {
                Ok(true) => tracing::info!("the signing key was rotated"),
                Ok(false) => {}
                Err(fault) => tracing::warn!(%fault, "the signing key could not be looked at"),
            }
            tokio::select! {
                () = parts.shutdown.wait() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    })
}

//! Accounts, logins and tokens: who somebody is, proven once here and believed everywhere.
//!
//! Nothing secret leaves in the clear: passwords are hashed and the hash is sealed, private keys are
//! sealed, and what others need — the public keys — is published.

mod api;
mod assertion;
mod branch;
mod config;
mod domain;
mod events;
mod inbox;
mod oidc;
mod password;
mod rights;
mod secret;
mod signing;
mod store;
mod usecase;

use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_bus::Subscription;
use jianyi_kernel::Fault;
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::identity::v1::identity_service_server::IdentityServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::branch::Branch;
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
        subscriptions,
        prepare: Some(prepare),
        background: Some(look_after),
        egress: None,
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
        let branch = Branch::read(&parts)?;
        let app = App::new(&parts);
        usecase::first_key(&app).await?;
        let mut conn = app.db.read(&App::itself()).await?;
        let (own, copies) = store::account_copies::kinds(&mut conn).await?;
        match branch {
            Some(_) if own => Err(Fault::internal(
                "this database has accounts of its own: a branch begins with an empty one",
            )),
            None if copies => Err(Fault::internal(
                "this database is a branch's: set JIANYI_SITE=county and --division",
            )),
            Some(_) | None => Ok(()),
        }
    })
}

/// Listens to the city, at a branch.
fn subscriptions(parts: &Parts) -> Vec<Subscription> {
    let branch = Branch::read(parts).unwrap_or_default();
    branch.iter().map(inbox::subscription).collect()
}

/// Replaces the signing key when it has become old, and tells branches again what would end.
fn look_after(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let app = App::new(&parts);
        while !parts.shutdown.is_triggered() {
            match usecase::rotate_old_key(&app).await {
                Ok(true) => tracing::info!("the signing key was rotated"),
                Ok(false) => {}
                Err(fault) => tracing::warn!(%fault, "the signing key could not be looked at"),
            }
            match usecase::tell_branches_again(&app).await {
                Ok(0) => {}
                Ok(accounts) => tracing::info!(accounts, "branches were told again"),
                Err(fault) => tracing::warn!(%fault, "branches could not be told again"),
            }
            if let Err(fault) = usecase::tell_keys_again(&app).await {
                tracing::warn!(%fault, "branches could not be told the keys");
            }
            tokio::select! {
                () = parts.shutdown.wait() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    })
}

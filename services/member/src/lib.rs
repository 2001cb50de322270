//! The member service of one county: organisations, people, roles, heroes, and totals that sources state.
//!
//! One instance per county, and one for the city's own people; each on a database of its own.

mod api;
mod codes;
mod domain;
mod egress;
mod events;
mod handover_expiry;
mod inbox;
mod site;
mod store;
mod usecase;
mod words_backfill;

use futures::future::BoxFuture;
use jianyi_kernel::{Call, Division, Fault};
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::member::v1::member_service_server::MemberServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::api::Api;
use crate::domain::county::County;
use crate::usecase::App;

static MIGRATOR: Migrator = sqlx::migrate!();

/// What this service is, for the process, the whole system in one process, and tests.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "member",
        migrations: &MIGRATOR,
        sealed: &store::SEALED,
        routes,
        subscriptions: inbox::subscriptions,
        prepare: Some(prepare),
        background: Some(background),
        egress: Some(egress::ledger),
    }
}

fn routes(parts: &Parts) -> Routes {
    Routes::new(MemberServiceServer::new(Api { app: app(parts) }))
}

fn app(parts: &Parts) -> App {
    App {
        db: parts.db.clone(),
        // `claim_database` has refused to serve without a county.
        county: County::new(parts.division.clone().unwrap_or_else(Division::city)),
    }
}

fn prepare(parts: Parts) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        site::check(&parts)?;
        claim_database(parts).await
    })
}

fn background(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        tokio::join!(
            words_backfill::run(parts.clone()),
            handover_expiry::run(parts.clone()),
            site::keep(parts)
        );
    })
}

/// Binds the database to its county for good: rows do not say whose they are, the instance does.
async fn claim_database(parts: Parts) -> Result<(), Fault> {
    let county = parts.division.ok_or_else(|| {
        Fault::internal("a member service needs to be told its county: --division 410611")
    })?;
    let call = Call::background("member", "claim database");
    let mut uow = parts.db.begin_background(&call).await?;
    let (id, now) = (uow.clock().new_uuid(), uow.now());
    let owner = store::instance::claim(uow.conn(), id, &county, now).await?;
    if owner != county {
        return Err(Fault::internal(format!(
            "this database belongs to county {owner}, not {county}"
        )));
    }
    uow.commit_background().await
}

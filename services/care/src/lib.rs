//! The care service: activities, condolence rounds, entitlements, and the money asked for them.
//!
//! One instance serves the whole city. What it knows of heroes it has from the member services' events;
//! what it knows of money, from the donation service's.

mod api;
mod convert;
mod domain;
mod events;
mod inbox;
mod store;
mod usecase;

use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::care::v1::care_service_server::CareServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::api::Api;
use crate::usecase::App;

static MIGRATOR: Migrator = sqlx::migrate!();

/// How this service is composed.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "care",
        migrations: &MIGRATOR,
        sealed: &store::SEALED,
        routes,
        subscriptions: |_| inbox::subscriptions(),
        prepare: None,
        background: None,
        egress: None,
    }
}

fn routes(parts: &Parts) -> Routes {
    let app = App {
        db: parts.db.clone(),
    };
    Routes::new(CareServiceServer::new(Api { app }))
}

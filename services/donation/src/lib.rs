//! Donations: campaigns, donors, funds, the books, and the duties that come with money.
//!
//! Central service; every record says which division it belongs to.

mod api;
mod domain;
mod events;
mod inbox;
mod kinds;
mod store;
mod usecase;

use jianyi_bus::Subscription;
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::donation::v1::donation_service_server::DonationServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The donation service, as data.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "donation",
        migrations: &MIGRATOR,
        sealed: &store::SEALED,
        routes,
        subscriptions,
        prepare: None,
        background: None,
        egress: None,
    }
}

fn routes(parts: &Parts) -> Routes {
    let app = usecase::App {
        db: parts.db.clone(),
    };
    Routes::new(DonationServiceServer::new(api::Api { app }))
}

fn subscriptions(_: &Parts) -> Vec<Subscription> {
    vec![Subscription::to("donation_care", "care").on(inbox::expense_requested::handle)]
}

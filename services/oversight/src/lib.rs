//! Oversight: what the association plans, decides, assesses and receives, and what everybody's facts add
//! up to in the year's report.

mod api;
mod domain;
mod events;
mod inbox;
mod projection;
mod report_xlsx;
mod sites;
mod store;
mod usecase;
mod wire;

use futures::future::BoxFuture;
use jianyi_kernel::Fault;
use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::oversight::v1::oversight_service_server::OversightServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

pub use api::report_json;

static MIGRATOR: Migrator = sqlx::migrate!();

/// The oversight service.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "oversight",
        migrations: &MIGRATOR,
        sealed: &[],
        routes,
        subscriptions: |_| {
            let mut all = projection::subscriptions();
            all.push(inbox::subscription());
            all
        },
        prepare: Some(prepare),
        background: Some(sites::run),
        egress: None,
    }
}

fn routes(parts: &Parts) -> Routes {
    let app = usecase::App {
        db: parts.db.clone(),
        bus: parts.bus.clone(),
        shutdown: parts.shutdown.clone(),
    };
    Routes::new(OversightServiceServer::new(api::Api::new(app)))
}

/// A rebuild that died with the process is given up; the generation that served serves on.
fn prepare(parts: Parts) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        sites::check(&parts)?;
        let abandoned = projection::rebuild::abandon(&parts.db).await?;
        if let (Some(generation), Some(bus)) = (abandoned, &parts.bus) {
            projection::rebuild::forget_consumers(bus, generation).await;
        }
        Ok(())
    })
}

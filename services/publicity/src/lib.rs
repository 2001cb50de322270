//! jianyi-publicity: media items, campaigns, events, venues, bus lines, exchanges, sources and stories.
//!
//! One per city. Publishes what was shown and told; listens to the member service for heroes, of whom
//! it opens empty drafts and forgets those who are sealed.

mod api;
mod domain;
mod events;
mod inbox;
mod store;
mod usecase;
mod word;

pub use domain::source_text;

use jianyi_ops::{Parts, ServiceSpec};
use jianyi_proto::publicity::v1::publicity_service_server::PublicityServiceServer;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

static MIGRATOR: Migrator = sqlx::migrate!();

/// A text of 512 KiB with its frame fits well below this.
const LARGEST_REQUEST: usize = 1024 * 1024;

/// The service, to be run by [`jianyi_ops::main`] or together with others in one process.
#[must_use]
pub fn spec() -> ServiceSpec {
    ServiceSpec {
        context: "publicity",
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
    let api = api::Api(usecase::App {
        db: parts.db.clone(),
    });
    Routes::new(PublicityServiceServer::new(api).max_decoding_message_size(LARGEST_REQUEST))
}

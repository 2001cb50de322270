//! What distinguishes one service from another, as data.

use std::sync::Arc;

use futures::future::BoxFuture;
use jianyi_bus::{Bus, Subscription};
use jianyi_db::{Db, SealedColumn};
use jianyi_kernel::{Division, Fault};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::{ClientTls, Egress, EgressLedger};
use jianyi_telemetry::Shutdown;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::Settings;

/// What a service's own code is built from.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The service's database.
    pub db: Db,
    /// The bus; absent only in tests of a single service.
    pub bus: Option<Bus>,
    /// The county a member service serves.
    pub division: Option<Division>,
    /// What only this service knows.
    pub settings: Settings,
    /// How other services are called.
    pub tls: ClientTls,
    /// When to stop.
    pub shutdown: Shutdown,
}

/// Work that runs beside serving until shutdown.
pub type Background = fn(Parts) -> BoxFuture<'static, ()>;
/// Makes the ledger of what leaves an instance's division.
pub type Ledger = fn(&Parts) -> Arc<dyn EgressLedger>;
/// Work that must be done before serving.
pub type Prepare = fn(Parts) -> BoxFuture<'static, Result<(), Fault>>;

/// A service.
#[derive(Debug, Clone, Copy)]
pub struct ServiceSpec {
    /// Its context, e.g. `care`: names its stream and its database.
    pub context: &'static str,
    /// Its own migrations.
    pub migrations: &'static Migrator,
    /// Where its tables hold sealed values.
    pub sealed: &'static [SealedColumn],
    /// Its gRPC services.
    pub routes: fn(&Parts) -> Routes,
    /// What it listens to.
    pub subscriptions: fn(&Parts) -> Vec<Subscription>,
    /// Seeding after migration, e.g. the first administrator.
    pub prepare: Option<Prepare>,
    /// Work of its own beside serving, e.g. projections.
    pub background: Option<Background>,
    /// Where it is written down what replies take out of its division.
    pub egress: Option<Ledger>,
}

impl ServiceSpec {
    /// The ledger of what replies take out of the division that this instance serves.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the contracts cannot be read.
    pub fn egress(&self, parts: &Parts) -> Result<Egress, Fault> {
        match (self.egress, &parts.division) {
            (Some(ledger), Some(house)) => {
                Egress::from(house.clone(), ledger(parts), DESCRIPTOR_SET)
            }
            (None | Some(_), _) => Ok(Egress::default()),
        }
    }

    /// How operators call this instance: `care`, or `member/410611`.
    #[must_use]
    pub fn instance(&self, division: Option<&Division>) -> String {
        match division {
            Some(division) => format!("{}/{division}", self.context),
            None => self.context.to_owned(),
        }
    }
}

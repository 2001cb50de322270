//! What leaves this county by replies, kept in its own database (ADR 0025).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use jianyi_db::Db;
use jianyi_kernel::{Call, Fault};
use jianyi_ops::Parts;
use jianyi_rpc::{Departure, EgressLedger};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::store::egress::{self, Shape};

/// There are few combinations of a method and the fields it fills; more than this are looked up anew.
const REMEMBERED: usize = 10_000;

/// The county's ledger.
#[derive(Debug)]
struct Ledger {
    db: Db,
    shapes: Mutex<HashMap<Vec<u8>, Uuid>>,
}

pub(crate) fn ledger(parts: &Parts) -> Arc<dyn EgressLedger> {
    Arc::new(Ledger {
        db: parts.db.clone(),
        shapes: Mutex::default(),
    })
}

impl EgressLedger for Ledger {
    fn keep(&self, departure: Departure) -> BoxFuture<'_, Result<(), Fault>> {
        Box::pin(self.write(departure))
    }
}

impl Ledger {
    async fn write(&self, departure: Departure) -> Result<(), Fault> {
        // The call itself is in the audit log where its policy says so; this row is about what it took out.
        let call = Call {
            audited: false,
            ..Call::background("member", "write down what leaves")
        };
        let mut uow = self.db.begin_background(&call).await?;
        let shape = Shape {
            method: departure.method,
            fields: departure.fields.into_iter().collect(),
            plain: departure.plain.into_iter().collect(),
        };
        let digest = digest(&shape);
        let known = self.shapes().get(&digest).copied();
        let shape_id = match known {
            Some(id) => id,
            None => {
                let id = uow.clock().new_uuid();
                egress::shape(uow.conn(), id, &digest, &shape).await?
            }
        };
        let named: Vec<Uuid> = departure.names.iter().filter_map(|it| id(it)).collect();
        let row = egress::Row {
            id: uow.clock().new_uuid(),
            created_at: uow.now(),
            shape_id,
            recipient: departure.recipient,
            reach: departure
                .reach
                .iter()
                .map(|division| division.as_str().to_owned())
                .collect(),
            records: i32::try_from(departure.records).unwrap_or(i32::MAX),
            people: egress::behind(uow.conn(), &named).await?,
        };
        egress::insert(uow.conn(), &row).await?;
        uow.commit_background().await?;
        // Only what is committed is remembered.
        let mut shapes = self.shapes();
        if shapes.len() >= REMEMBERED {
            shapes.clear();
        }
        shapes.insert(digest, shape_id);
        Ok(())
    }

    fn shapes(&self) -> std::sync::MutexGuard<'_, HashMap<Vec<u8>, Uuid>> {
        self.shapes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id in a name of anything: who is behind it is asked of the tables.
fn id(text: &str) -> Option<Uuid> {
    text.rsplit('/').next()?.parse().ok()
}

fn digest(shape: &Shape) -> Vec<u8> {
    let mut hash = Sha256::new();
    // A zero byte is in none of them.
    for list in [
        std::slice::from_ref(&shape.method),
        shape.fields.as_slice(),
        shape.plain.as_slice(),
    ] {
        for text in list {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        hash.update([0]);
    }
    hash.finalize().to_vec()
}

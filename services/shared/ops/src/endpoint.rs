//! `OpsService`: status, dead letters and their replay, data keys; the same for every service.

use std::sync::Arc;

use jianyi_bus::{Bus, Subscription};
use jianyi_db::{Algorithm, Begun, Committed, DataKey, Db, SealedColumn, SealedWith};
use jianyi_kernel::{Fault, Violation};
use jianyi_proto::convert;
use jianyi_proto::ops::v1 as pb;
use jianyi_proto::ops::v1::ops_service_server::OpsService;
use jianyi_rpc::{answer, call};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::keeper;

/// At most this many dead letters in one answer; more than that is an incident, not a list.
const SHOWN: i64 = 500;

/// Answers operators about one instance.
#[derive(Debug, Clone)]
pub(crate) struct Ops {
    pub(crate) instance: String,
    pub(crate) db: Db,
    pub(crate) bus: Bus,
    pub(crate) subscriptions: Arc<Vec<Subscription>>,
    pub(crate) sealed: &'static [SealedColumn],
}

impl Ops {
    async fn status(&self) -> pb::ServiceStatus {
        let mut status = pb::ServiceStatus {
            service: self.instance.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            ..Default::default()
        };
        match self.figures(&mut status).await {
            Ok(()) if self.bus.is_connected() => status.healthy = true,
            Ok(()) => status.problem = "NATS is not connected; events wait in the outbox".into(),
            Err(fault) => status.problem = fault.to_string(),
        }
        status
    }

    async fn figures(&self, status: &mut pb::ServiceStatus) -> Result<(), Fault> {
        let lag = self.db.outbox_lag().await?;
        status.outbox_pending = lag.pending;
        status.outbox_age_seconds = lag.age_seconds;
        status.dead_letters = self.db.dead_letter_count().await?;
        if self.bus.is_connected() {
            let subscriptions: Vec<&Subscription> = self.subscriptions.iter().collect();
            status.consumers = self
                .bus
                .consumer_lag(&subscriptions)
                .await?
                .into_iter()
                .map(|lag| pb::ConsumerStatus {
                    consumer: lag.consumer,
                    pending: i64::try_from(lag.pending).unwrap_or(i64::MAX),
                    in_flight: i64::try_from(lag.in_flight).unwrap_or(i64::MAX),
                })
                .collect();
        }
        Ok(())
    }

    async fn dead_letters(&self) -> Result<pb::ListDeadLettersResponse, Fault> {
        let letters = self.db.dead_letters(SHOWN).await?;
        Ok(pb::ListDeadLettersResponse {
            dead_letters: letters
                .into_iter()
                .map(|letter| pb::DeadLetter {
                    consumer: letter.consumer,
                    event_id: letter.event_id.to_string(),
                    event_type: letter.type_name,
                    resource: letter.resource,
                    error: letter.error,
                    set_aside_time: Some(convert::timestamp(letter.set_aside_at)),
                })
                .collect(),
        })
    }

    async fn replay(
        &self,
        request: pb::ReplayDeadLetterRequest,
    ) -> Result<pb::ReplayDeadLetterResponse, Fault> {
        let event_id: Uuid = request.event_id.parse().map_err(|_| {
            Violation::new(
                "event_id",
                "ID_MALFORMED",
                "not an event id".into(),
                "事件编号格式不对",
            )
        })?;
        jianyi_bus::replay(&self.db, &self.subscriptions, &request.consumer, event_id).await?;
        Ok(pb::ReplayDeadLetterResponse {})
    }

    async fn rotate(
        &self,
        request: &Request<pb::RotateKeysRequest>,
    ) -> Result<Committed<pb::DataKey>, Fault> {
        let algorithm = match request.get_ref().algorithm.as_str() {
            "" => None,
            name => Some(name.parse().map_err(|_| {
                Violation::new(
                    "algorithm",
                    "ALGORITHM_UNKNOWN",
                    "an algorithm is aes-256-gcm or sm4-gcm".into(),
                    "加密算法应为 aes-256-gcm 或 sm4-gcm",
                )
            })?),
        };
        let call = call(request, &request.get_ref().request_id)?;
        let mut uow = match self.db.begin(&call).await? {
            Begun::Fresh(uow) => uow,
            Begun::Replayed(reply) => return Ok(reply),
        };
        let key = uow.rotate_data_key(algorithm, keeper::LEAD).await?;
        uow.commit(data_key(key)).await
    }

    async fn key_status(&self) -> Result<pb::KeyStatus, Fault> {
        let data_keys = self.db.data_keys().await?;
        let columns = self.db.sealed_values(self.sealed).await?;
        Ok(pb::KeyStatus {
            service: self.instance.clone(),
            data_keys: data_keys.into_iter().map(data_key).collect(),
            columns: columns
                .into_iter()
                .map(|status| pb::SealedColumn {
                    table: status.column.table.into(),
                    column: status.column.column.into(),
                    counts: status.values.into_iter().map(count).collect(),
                })
                .collect(),
        })
    }
}

fn data_key(key: DataKey) -> pb::DataKey {
    pb::DataKey {
        version: key.version,
        algorithm: key.algorithm.to_string(),
        provider_key_id: key.provider_key_id,
        create_time: Some(convert::timestamp(key.created_at)),
        active_time: Some(convert::timestamp(key.active_from)),
        settle_time: key.settled_at.map(convert::timestamp),
    }
}

fn count((with, values): (Option<SealedWith>, u64)) -> pb::SealedCount {
    let (scheme, version, algorithm) = match with {
        None => (pb::KeyScheme::Unspecified, 0, None),
        Some(SealedWith::Derived) => (pb::KeyScheme::Derived, 0, Some(Algorithm::Aes256Gcm)),
        Some(SealedWith::Version(version, algorithm)) => {
            (pb::KeyScheme::DataKey, version, Some(algorithm))
        }
        Some(SealedWith::Subject(algorithm)) => (pb::KeyScheme::Subject, 0, Some(algorithm)),
    };
    pb::SealedCount {
        scheme: scheme.into(),
        version,
        algorithm: algorithm.map(|it| it.to_string()).unwrap_or_default(),
        values: i64::try_from(values).unwrap_or(i64::MAX),
    }
}

#[tonic::async_trait]
impl OpsService for Ops {
    async fn get_status(
        &self,
        _: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::ServiceStatus>, Status> {
        answer(Ok(self.status().await))
    }

    async fn list_dead_letters(
        &self,
        _: Request<pb::ListDeadLettersRequest>,
    ) -> Result<Response<pb::ListDeadLettersResponse>, Status> {
        answer(self.dead_letters().await)
    }

    async fn replay_dead_letter(
        &self,
        request: Request<pb::ReplayDeadLetterRequest>,
    ) -> Result<Response<pb::ReplayDeadLetterResponse>, Status> {
        answer(self.replay(request.into_inner()).await)
    }

    async fn rotate_keys(
        &self,
        request: Request<pb::RotateKeysRequest>,
    ) -> Result<Response<pb::DataKey>, Status> {
        answer(self.rotate(&request).await.map(Committed::into_reply))
    }

    async fn get_key_status(
        &self,
        _: Request<pb::GetKeyStatusRequest>,
    ) -> Result<Response<pb::KeyStatus>, Status> {
        answer(self.key_status().await)
    }
}

//! Storage that every service shares: the pool, the unit of work, and the tables around a service's own.
//!
//! Charter: the only place where a transaction begins or commits, so the only way to write is also
//! the only way to publish. Knows no business noun.

mod audit;
mod config;
mod data_keys;
mod dead_letter;
mod idempotency;
mod inbox;
mod migrations;
mod outbox;
mod pool;
mod read;
mod reseal;
mod rights;
mod scope;
mod sealed_column;
pub mod subject_keys;
mod to_the_end;
mod uow;

pub use audit::{AuditEntry, AuditFilter, AuditFinding, AuditProblem, AuditVerdict, Witnessed};
pub use config::DbConfig;
pub use data_keys::DataKey;
pub use dead_letter::DeadLetter;
pub use outbox::{NewEvent, OutboxLag, OutboxRow, RelayLock};
pub use pool::{Connections, Db};
pub use read::Read;
pub use reseal::{ColumnStatus, Resealed};
pub use sealed_column::SealedColumn;
pub use uow::{Begun, Committed, Uow};

pub use jianyi_vault::{Algorithm, FieldCipher, SealedWith, SubjectCipher, parcel, search};
/// The hash function of an audit log.
pub use jianyi_witness::HashKind as AuditHash;
pub use sqlx::PgConnection;

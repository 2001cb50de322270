//! Copies of other logs' heads: kept with their signatures, and compared when they come in.

use jianyi_kernel::{Fault, Timestamp};
use jianyi_witness::{Hash, Head, SignedHead};

use crate::{Db, Uow};

/// A copy of another log's head.
#[derive(Debug, Clone)]
pub struct Witnessed {
    /// Order of arrival.
    pub seq: i64,
    /// What was received.
    pub signed: SignedHead,
    /// When.
    pub received_at: Timestamp,
    /// Why it cannot be true together with an earlier copy.
    pub conflict: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    instance: String,
    tree_size: i64,
    root: Vec<u8>,
    hash: String,
    previous_size: i64,
    previous_root: Vec<u8>,
    signed_at: Timestamp,
    public_key: Vec<u8>,
    signature: Vec<u8>,
    received_at: Timestamp,
    conflict: Option<String>,
}

fn hash(bytes: Vec<u8>) -> Result<Hash, Fault> {
    bytes
        .try_into()
        .map_err(|_| Fault::internal("a hash is not 32 bytes"))
}

impl TryFrom<Row> for Witnessed {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        Ok(Self {
            seq: row.seq,
            signed: SignedHead {
                head: Head {
                    instance: row.instance,
                    kind: row.hash.parse().map_err(Fault::internal)?,
                    tree_size: u64::try_from(row.tree_size).map_err(Fault::internal)?,
                    root: hash(row.root)?,
                    previous_size: u64::try_from(row.previous_size).map_err(Fault::internal)?,
                    previous_root: hash(row.previous_root)?,
                    signed_at: row.signed_at,
                },
                public_key: hash(row.public_key)?,
                signature: row
                    .signature
                    .try_into()
                    .map_err(|_| Fault::internal("a signature is not 64 bytes"))?,
            },
            received_at: row.received_at,
            conflict: row.conflict,
        })
    }
}

impl Uow {
    /// Keeps a copy of a head; the conflict with what was kept before, when there is one. A copy that is
    /// there already is not kept twice.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn witness(&mut self, signed: &SignedHead) -> Result<Option<&'static str>, Fault> {
        let head = &signed.head;
        let size = i64::try_from(head.tree_size).map_err(Fault::internal)?;
        let previous = i64::try_from(head.previous_size).map_err(Fault::internal)?;
        let now = self.now();
        let known: (bool, bool, bool) = sqlx::query_as(
            // What anybody may have made up contradicts nothing.
            "with known as (
                 select tree_size, root, signed_at, public_key from witnessed_heads
                 where instance = $1 and conflict is distinct from 'SIGNATURE_INVALID'
             )
             select exists (select from known where tree_size = $2 and root <> $3),
                    exists (select from known where tree_size > $2 and signed_at < $4)
                      or exists (select from known where tree_size < $2 and signed_at > $4),
                    exists (select from known where public_key <> $5)",
        )
        .bind(&head.instance)
        .bind(size)
        .bind(head.root.as_slice())
        .bind(head.signed_at)
        .bind(signed.public_key.as_slice())
        .fetch_one(self.conn())
        .await?;
        let conflict = match known {
            _ if !signed.is_genuine() => Some("SIGNATURE_INVALID"),
            (true, _, _) => Some("ROOT_DIFFERS"),
            (_, true, _) => Some("SIZE_SHRANK"),
            (_, _, true) => Some("KEY_CHANGED"),
            (false, false, false) => None,
        };
        sqlx::query(
            "insert into witnessed_heads (instance, tree_size, root, hash, previous_size, previous_root, signed_at,
                                          public_key, signature, received_at, conflict)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        )
        .bind(&head.instance)
        .bind(size)
        .bind(head.root.as_slice())
        .bind(head.kind.as_str())
        .bind(previous)
        .bind(head.previous_root.as_slice())
        .bind(head.signed_at)
        .bind(signed.public_key.as_slice())
        .bind(signed.signature.as_slice())
        .bind(now)
        .bind(conflict)
        .execute(self.conn())
        .await?;
        Ok(conflict)
    }
}

impl Db {
    /// Copies kept here in order of arrival, after the one with this `seq`; of one instance when it is named.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn witnessed_heads(
        &self,
        instance: Option<&str>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Witnessed>, Fault> {
        let mut conn = self.platform().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "select * from witnessed_heads
             where ($1::text is null or instance = $1) and seq > $2 order by seq limit $3",
        )
        .bind(instance)
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter().map(Witnessed::try_from).collect()
    }
}

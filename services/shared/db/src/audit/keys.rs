//! The keys of a log: made once, when its tables are; the secret halves lie sealed.

use jianyi_kernel::{Clock, Fault, Pii};
use jianyi_witness::{HashKind, HeadKey, LeafKey};
use rand::RngCore as _;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::FieldCipher;

/// The keys of one log.
#[derive(Debug)]
pub(crate) struct AuditKeys {
    pub(crate) id: Uuid,
    pub(crate) leaf: LeafKey,
    pub(crate) head: HeadKey,
}

fn place(id: Uuid, which: &str) -> String {
    format!("audit_secrets/{id}/{which}")
}

impl AuditKeys {
    /// Makes the keys of a new log; does nothing when it has some.
    pub(crate) async fn create(
        conn: &mut PgConnection,
        clock: &Clock,
        cipher: &FieldCipher,
        hash: HashKind,
    ) -> Result<(), Fault> {
        let (mut signing, mut leaf) = ([0_u8; 32], [0_u8; 32]);
        rand::rng().fill_bytes(&mut signing);
        rand::rng().fill_bytes(&mut leaf);
        let id = clock.new_uuid();
        let public = HeadKey::new(Pii::new(signing)).public();
        // One statement: several processes may start at once, and a public part without its secret is of no use.
        sqlx::query(
            "with made as (
                 insert into audit_keys (key_id, hash, public_key, created_at) values ($1, $2, $3, $4)
                 on conflict do nothing returning key_id
             )
             insert into audit_secrets (key_id, sealed_signing_key, sealed_leaf_key)
             select key_id, $5, $6 from made",
        )
        .bind(id)
        .bind(hash.as_str())
        .bind(public.as_slice())
        .bind(clock.now())
        .bind(cipher.seal(&place(id, "signing_key"), &signing)?)
        .bind(cipher.seal(&place(id, "leaf_key"), &leaf)?)
        .execute(conn)
        .await?;
        Ok(())
    }

    /// The keys of this log.
    pub(crate) async fn load(conn: &mut PgConnection, cipher: &FieldCipher) -> Result<Self, Fault> {
        let (id, hash, signing, leaf): (Uuid, String, Vec<u8>, Vec<u8>) = sqlx::query_as(
            "select key_id, hash, sealed_signing_key, sealed_leaf_key
             from audit_keys join audit_secrets using (key_id)",
        )
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Fault::internal("the audit log has no key although migration makes one"))?;
        let kind: HashKind = hash.parse().map_err(Fault::internal)?;
        let open = |which, sealed: &[u8]| -> Result<Pii<[u8; 32]>, Fault> {
            let bytes = cipher.open(&place(id, which), sealed)?;
            let bytes = bytes
                .try_into()
                .map_err(|_| Fault::internal("a key of the audit log is not 32 bytes"))?;
            Ok(Pii::new(bytes))
        };
        Ok(Self {
            id,
            leaf: LeafKey::new(kind, open("leaf_key", &leaf)?),
            head: HeadKey::new(open("signing_key", &signing)?),
        })
    }
}

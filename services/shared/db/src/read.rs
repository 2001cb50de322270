//! A read: one transaction in which the rows that the caller reaches are visible, and no others.

use std::ops::{Deref, DerefMut};

use jianyi_kernel::{Caller, Fault};
use sqlx::{PgConnection, Postgres, Transaction};
use tracing::Span;

use crate::Db;

/// An open read. Dropping it ends it.
#[derive(Debug)]
pub struct Read {
    tx: Transaction<'static, Postgres>,
    /// It lasts as long.
    _span: Span,
}

impl Db {
    /// A transaction to read in, as far as the caller reaches. Every statement in it is its own snapshot.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when none is to be had in time.
    pub async fn read(&self, caller: &Caller) -> Result<Read, Fault> {
        let span = self.span("read");
        let tx = self.transaction(caller, true).await?;
        Ok(Read { tx, _span: span })
    }

    /// A span that covers a transaction. No statement is named in it, and no value.
    pub(crate) fn span(&self, name: &'static str) -> Span {
        tracing::info_span!(
            "transaction",
            otel.kind = "client",
            otel.name = name,
            db.system.name = "postgresql",
            db.namespace = self.name(),
            jianyi.events = tracing::field::Empty,
            jianyi.outcome = tracing::field::Empty,
        )
    }
}

impl Deref for Read {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

//! The unit of work: one transaction that carries the change, its events, its reply and its audit row.
//!
//! `commit` is the only maker of [`Committed`], and handlers must return one: forgetting to commit,
//! publishing outside a transaction or answering before the commit are type errors.

use jianyi_kernel::{Call, Clock, Fault, Id, Mask, Timestamp};
use jianyi_vault::{Algorithm, FieldCipher};
use prost::Message;
use sqlx::{PgConnection, Postgres, Transaction};
use tracing::Span;

use crate::audit::{self, NewEntry};
use crate::{Db, NewEvent, idempotency, outbox};

/// How a call begins.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a unit of work lives once per call and is moved, not stored"
)]
pub enum Begun<R> {
    /// Not seen before: do the work.
    Fresh(Uow),
    /// Done before, with this answer.
    Replayed(Committed<R>),
}

/// A reply whose effects are durable.
#[derive(Debug)]
pub struct Committed<R>(R);

impl<R> Committed<R> {
    /// The reply, to be sent.
    pub fn into_reply(self) -> R {
        self.0
    }

    /// A look at the reply.
    pub const fn reply(&self) -> &R {
        &self.0
    }
}

/// An open transaction. Dropping it undoes everything.
#[derive(Debug)]
pub struct Uow {
    db: Db,
    tx: Transaction<'static, Postgres>,
    call: Call,
    now: Timestamp,
    events: Vec<(NewEvent, Option<String>)>,
    entry: NewEntry,
    span: Span,
}

impl Uow {
    pub(crate) async fn open(db: &Db, call: &Call) -> Result<Self, Fault> {
        let span = db.span("transaction");
        let tx = db.transaction(&call.caller, false).await?;
        let mut call = call.clone();
        // What it publishes goes on from here; without any span, from the call itself.
        if let Some(here) = jianyi_telemetry::traceparent_of(&span) {
            call.traceparent = Some(here);
        }
        call.request_hash = db.cipher().blind_request(&call.request_hash)?;
        Ok(Self {
            db: db.clone(),
            tx,
            call,
            now: db.clock().now(),
            events: Vec::new(),
            entry: NewEntry::default(),
            span,
        })
    }

    pub(crate) async fn begin<R: Message + Default>(
        db: &Db,
        call: &Call,
    ) -> Result<Begun<R>, Fault> {
        let mut uow = Self::open(db, call).await?;
        let cipher = db.cipher().clone();
        match idempotency::claim(&mut uow.tx, &uow.call, uow.now, &cipher).await? {
            None => Ok(Begun::Fresh(uow)),
            Some(reply) => {
                uow.span.record("jianyi.outcome", "replayed");
                let reply = R::decode(reply.as_slice()).map_err(Fault::internal)?;
                Ok(Begun::Replayed(Committed(reply)))
            }
        }
    }

    /// The connection inside the transaction, for `store` functions.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// The instant of this unit of work; the same for everything in it.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A fresh id.
    #[must_use]
    pub fn new_id<K>(&self) -> Id<K> {
        self.clock().new_id()
    }

    /// The clock, for domain functions that need several ids.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        self.db.clock()
    }

    /// Seals and opens personal fields.
    #[must_use]
    pub const fn cipher(&self) -> &FieldCipher {
        self.db.cipher()
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.db.algorithm()
    }

    /// The span that lasts as long as this unit of work.
    #[must_use]
    pub const fn span(&self) -> &Span {
        &self.span
    }

    /// The call this unit of work serves; its hash is the keyed one that the tables get.
    #[must_use]
    pub const fn call(&self) -> &Call {
        &self.call
    }

    /// Names the trace that the events emitted from now on belong to, for units of work that handle
    /// several causes.
    pub fn caused_by(&mut self, traceparent: Option<String>) {
        self.call.traceparent = traceparent;
    }

    /// Names something this call reads or changes, for the audit log. What events are about is named anyway.
    pub fn touch(&mut self, resource: &str) {
        self.entry.resources.insert(resource.to_owned());
    }

    /// Counts something about the outcome, for the audit log: `rows` shown, `files` written.
    pub fn count(&mut self, what: &'static str, by: u64) {
        let count = self.entry.counts.entry(what).or_default();
        *count = count.saturating_add(by);
    }

    /// Publishes a fact together with the commit, or not at all.
    pub fn emit(&mut self, event: NewEvent) {
        self.events.push((event, self.call.traceparent.clone()));
    }

    /// Makes everything durable in one COMMIT: rows, events, reply and audit row. The reply's sensitive fields
    /// are masked, unless the method is one that reveals.
    ///
    /// # Errors
    /// [`Fault`] when the database refuses; then nothing happened.
    pub async fn commit<R: Message + Mask>(mut self, mut reply: R) -> Result<Committed<R>, Fault> {
        if self.call.audited
            && let Some(name) = reply.resource()
        {
            self.touch(name);
        }
        // What is remembered for a repeat is what everybody may see. An answer that reveals is not remembered.
        if !self.call.reveals {
            reply.mask();
        }
        if self.call.request_id.is_some() {
            let sealed = idempotency::seal(&self.call, &reply.encode_to_vec(), self.db.cipher())?;
            self.entry.reply = Some(sealed);
        }
        self.finish().await?;
        Ok(Committed(reply))
    }

    /// [`Uow::commit`] for work that answers nobody: consumers and schedules.
    ///
    /// # Errors
    /// As [`Uow::commit`].
    pub async fn commit_background(self) -> Result<(), Fault> {
        self.finish().await
    }

    async fn finish(mut self) -> Result<(), Fault> {
        self.span.record("jianyi.events", self.events.len());
        if self.call.audited {
            let events = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
            self.count("events", events);
            for (event, _) in &self.events {
                self.entry.resources.insert(event.resource().to_owned());
            }
            let id = self.db.clock().new_uuid();
            if let Some(purpose) = self.call.purpose.take() {
                self.call.purpose = Some(audit::seal_purpose(self.db.cipher(), id, &purpose)?);
            }
            if !self.events.is_empty() {
                let (event, traceparent) = self.events.remove(0);
                self.entry.event = Some((self.db.clock().new_uuid(), event, traceparent));
            }
            let leaf = &self.db.audit_keys(&mut self.tx).await?.leaf;
            let what = (&self.call, self.now);
            audit::append(&mut self.tx, leaf, id, what, &self.entry).await?;
        } else if let Some(sealed) = &self.entry.reply {
            idempotency::answer(&mut self.tx, &self.call, sealed).await?;
        }
        let published = !self.events.is_empty() || self.entry.event.is_some();
        for (event, traceparent) in &self.events {
            let id = self.db.clock().new_uuid();
            outbox::append(&mut self.tx, id, event, self.now, traceparent.as_deref()).await?;
        }
        self.tx.commit().await?;
        self.span.record("jianyi.outcome", "committed");
        if self.call.audited {
            self.db.audited.notify_one();
        }
        // In-process and after the commit: NOTIFY inside the transaction would serialise all commits.
        if published {
            self.db.wake();
        }
        Ok(())
    }
}

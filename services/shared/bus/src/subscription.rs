//! Which events a consumer wants, and what it does with each: the consumed half of a service's contract.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use heck::ToSnakeCase;
use jianyi_db::{Db, Uow};
use jianyi_kernel::{Call, Fault, Violation};
use prost::{Message, Name};

use crate::{Delivery, RawEvent, Received, stream};

/// What a handler returns.
pub type HandlerFuture<'a> = BoxFuture<'a, Result<(), Fault>>;

type Handler = Arc<dyn for<'a> Fn(&'a mut Uow, &'a Delivery) -> HandlerFuture<'a> + Send + Sync>;

/// A durable consumer of one context's events.
#[derive(Clone)]
pub struct Subscription {
    consumer: String,
    context: String,
    handlers: BTreeMap<String, Handler>,
    catch_all: Option<Handler>,
    only: Vec<String>,
    audited: bool,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("consumer", &self.consumer)
            .field("subjects", &self.subjects())
            .finish_non_exhaustive()
    }
}

impl Subscription {
    /// A consumer by its durable name (`care_member`) of the events that a context publishes (`member`).
    #[must_use]
    pub fn to(consumer: &str, context: &str) -> Self {
        Self {
            consumer: consumer.into(),
            context: context.into(),
            handlers: BTreeMap::new(),
            catch_all: None,
            only: Vec::new(),
            audited: true,
        }
    }

    /// A consumer of all events of a context, whatever their type.
    #[must_use]
    pub fn all(
        consumer: &str,
        context: &str,
        handler: impl for<'a> Fn(&'a mut Uow, &'a Received<RawEvent>) -> HandlerFuture<'a>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let mut this = Self::to(consumer, context);
        let stream = this.context.clone();
        let handler = Arc::new(handler);
        this.catch_all = Some(Arc::new(move |uow, delivery| {
            let handler = Arc::clone(&handler);
            let raw = RawEvent {
                type_name: delivery.type_name.clone(),
                data: delivery.data.clone(),
            };
            let received = delivery.receive(raw, &stream);
            Box::pin(async move { handler(uow, &received).await })
        }));
        this
    }

    /// Handles events of type `E`.
    #[must_use]
    pub fn on<E: Message + Name + Default + Send + Sync + 'static>(
        mut self,
        handler: impl for<'a> Fn(&'a mut Uow, &'a Received<E>) -> HandlerFuture<'a>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let stream = self.context.clone();
        let handler = Arc::new(handler);
        let erased: Handler = Arc::new(move |uow, delivery| {
            let handler = Arc::clone(&handler);
            let decoded =
                E::decode(delivery.data.clone()).map(|event| delivery.receive(event, &stream));
            Box::pin(async move {
                let received = decoded.map_err(|_| undecodable("data"))?;
                handler(uow, &received).await
            })
        });
        self.handlers.insert(E::full_name(), erased);
        self
    }

    /// Narrows [`Subscription::all`] to some events, named as subjects name them (`number_drawn`).
    #[must_use]
    pub fn only(mut self, events: &[&str]) -> Self {
        self.only = events.iter().map(|&event| event.to_owned()).collect();
        self
    }

    /// Leaves no audit entry for what it handles.
    #[must_use]
    pub const fn unaudited(mut self) -> Self {
        self.audited = false;
        self
    }

    /// The durable name.
    #[must_use]
    pub fn consumer(&self) -> &str {
        &self.consumer
    }

    /// The context whose events are consumed.
    #[must_use]
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Full names of the messages that are handled by type.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.handlers.keys().map(String::as_str)
    }

    /// The subjects to filter the stream by.
    #[must_use]
    pub fn subjects(&self) -> Vec<String> {
        let context = &self.context;
        if self.catch_all.is_some() && self.only.is_empty() {
            return vec![format!("jianyi.{context}.>")];
        }
        let typed = self
            .handlers
            .keys()
            .filter_map(|name| name.rsplit('.').next());
        let mut subjects: Vec<String> = typed
            .map(ToSnakeCase::to_snake_case)
            .chain(self.only.iter().cloned())
            // The second form is that of an event addressed to a county.
            .flat_map(|event| {
                let subject = format!("jianyi.{context}.*.{event}");
                [format!("{subject}.*"), subject]
            })
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Whether this version itself asks for a subject, or only gets it because a newer one widened the filter.
    pub(crate) fn asks_for(&self, subject: &str) -> bool {
        self.subjects()
            .iter()
            .any(|filter| stream::covers(filter, subject))
    }

    /// Whether there is a handler for events of this type.
    #[must_use]
    pub fn handles(&self, type_name: &str) -> bool {
        self.handler(type_name).is_some()
    }

    /// Hands one event to its handler in a unit of work of its own; `false` when it was handled before
    /// or has no handler here.
    ///
    /// # Errors
    /// The handler's [`Fault`]; then nothing happened, and the event may be delivered again.
    pub async fn deliver(&self, db: &Db, delivery: Delivery) -> Result<bool, Fault> {
        let mut uow = db.begin_background(&self.call()).await?;
        let fresh = self.deliver_in(&mut uow, &delivery).await?;
        if fresh {
            uow.commit_background().await?;
        }
        Ok(fresh)
    }

    /// [`Subscription::deliver`] within a unit of work that may carry more.
    pub(crate) async fn deliver_in(
        &self,
        uow: &mut Uow,
        delivery: &Delivery,
    ) -> Result<bool, Fault> {
        if !self.handles(&delivery.type_name)
            || !uow.first_time(&self.consumer, delivery.event_id).await?
        {
            return Ok(false);
        }
        self.handle(uow, delivery).await?;
        Ok(true)
    }

    /// Runs the handler, if there is one, of an event that is known to be new.
    pub(crate) async fn handle(&self, uow: &mut Uow, delivery: &Delivery) -> Result<(), Fault> {
        match self.handler(&delivery.type_name) {
            Some(handler) => handler(uow, delivery).await,
            None => Ok(()),
        }
    }

    /// The call in whose name events are handled.
    pub(crate) fn call(&self) -> Call {
        Call {
            audited: self.audited,
            ..Call::background(&self.consumer, &format!("consume/{}", self.context))
        }
    }

    fn handler(&self, type_name: &str) -> Option<&Handler> {
        self.handlers.get(type_name).or(self.catch_all.as_ref())
    }
}

/// What is reported of an event that cannot be read.
pub(crate) fn undecodable(field: &str) -> Fault {
    Violation::new(
        field,
        "UNDECODABLE",
        "the event cannot be read".into(),
        "事件内容无法解读",
    )
    .into()
}

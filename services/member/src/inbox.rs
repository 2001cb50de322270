//! What counties tell each other about people who move (ADR 0020). What is addressed to another county is
//! none of ours: where all share one broker, everybody hears everything.

mod handover_accepted;
mod handover_completed;
mod handover_offered;
mod handover_refused;
mod handover_released;
mod handover_returned;
mod handover_withdrawn;

use jianyi_bus::{HandlerFuture, Received, Subscription};
use jianyi_db::Uow;
use jianyi_kernel::{Division, Fault};
use jianyi_ops::Parts;
use jianyi_proto::member::events::v1 as pb;
use jianyi_proto::name;
use prost::{Message, Name};

use crate::domain::handover::{Handover, HandoverId, HandoverKey};
use crate::store;
use crate::store::people::Custody;
use crate::usecase::App;

/// An event between two counties.
trait Addressed: Message + Name + Default + Send + Sync + 'static {
    fn recipient(&self) -> &str;
    fn handover(&self) -> &str;
}

macro_rules! addressed {
    ($($event:ident),+) => {
        $(impl Addressed for pb::$event {
            fn recipient(&self) -> &str {
                &self.recipient
            }
            fn handover(&self) -> &str {
                &self.handover
            }
        })+
    };
}
addressed!(
    HandoverOffered,
    HandoverWithdrawn,
    HandoverAccepted,
    HandoverRefused,
    HandoverReleased,
    HandoverCompleted,
    HandoverReturned
);

/// A hand-over that a message from another county is about.
struct Told<'a, E> {
    app: &'a App,
    event: &'a E,
    id: HandoverId,
    /// Who says so.
    from: Division,
}

/// The one subscription: one consumer keeps the order, and a durable name of its own is what keeps two counties
/// on one broker from taking each other's messages.
pub(crate) fn subscriptions(parts: &Parts) -> Vec<Subscription> {
    let app = crate::app(parts);
    let consumer = format!("member_{}_member", app.county.division());
    vec![
        Subscription::to(&consumer, "member")
            .on(told(&app, |uow, told| {
                Box::pin(handover_offered::take_in(uow, told))
            }))
            .on(told(&app, |uow, told| {
                Box::pin(handover_withdrawn::take_in(uow, told))
            }))
            .on(told(&app, |uow, told| {
                Box::pin(handover_accepted::take_in(uow, told))
            }))
            .on(told(&app, |uow, told| {
                Box::pin(handover_refused::take_in(uow, told))
            }))
            .on(told(&app, |uow, told| {
                Box::pin(handover_released::take_in(uow, told))
            }))
            .on(told(&app, |uow, told| {
                Box::pin(handover_completed::take_in(uow, told))
            }))
            .on(told(&app, |uow, told| {
                Box::pin(handover_returned::take_in(uow, told))
            })),
    ]
}

/// Hands a message on when it is for this county.
fn told<E: Addressed>(
    app: &App,
    handle: for<'a> fn(&'a mut Uow, Told<'a, E>) -> HandlerFuture<'a>,
) -> impl for<'a> Fn(&'a mut Uow, &'a Received<E>) -> HandlerFuture<'a> + Send + Sync + 'static {
    let app = std::sync::Arc::new(app.clone());
    move |uow, received| {
        let app = std::sync::Arc::clone(&app);
        Box::pin(async move {
            let event = &received.event;
            if event.recipient() != app.county.division().as_str() {
                return Ok(());
            }
            let (_, id) = name::parse_county::<HandoverKey>("handover", event.handover())?;
            let told = Told {
                app: &app,
                event,
                id,
                from: received.division.clone(),
            };
            handle(uow, told).await
        })
    }
}

impl<E> Told<'_, E> {
    /// The hand-over and the custody of its person, both kept from changing; the person first, as commands do.
    /// `None` when it is not known here.
    async fn lock(&self, uow: &mut Uow) -> Result<Option<(Handover, Option<Custody>)>, Fault> {
        let Some(person) = store::handovers::person_of(uow.conn(), self.id).await? else {
            return Ok(None);
        };
        let custody = store::people::custody(uow.conn(), person).await?;
        let Some(handover) = store::handovers::lock(uow.conn(), self.id).await? else {
            return Ok(None);
        };
        if handover.terms.county != self.from {
            // Nobody but the other county has a say in it.
            return Err(Fault::Denied);
        }
        Ok(Some((handover, custody)))
    }

    /// [`Told::lock`] of what this county must have said itself. A message that comes before its cause waits.
    async fn lock_own(&self, uow: &mut Uow) -> Result<(Handover, Option<Custody>), Fault> {
        let known = self.lock(uow).await?;
        known.ok_or_else(|| Fault::Unavailable("the hand-over is not known here yet".into()))
    }
}

/// What a parcel is bound to: it opens for no other hand-over, epoch or pair of counties.
fn about(id: HandoverId, epoch: i64, from: &Division, to: &Division) -> String {
    format!("handovers/{id}/{epoch}/{from}/{to}")
}

//! Keeps copies of what the other instances say about their logs.

use jianyi_bus::{HandlerFuture, Received, Subscription};
use jianyi_db::Uow;
use jianyi_proto::audit::events::v1::AuditHeadSigned;

use super::{CONTEXT, wire};

/// The subscription of an instance to everybody's heads. Not audited: an entry for each head would make a
/// head for each entry, without end.
pub(crate) fn subscription(instance: &str) -> Subscription {
    let consumer = format!("{}_{CONTEXT}", instance.replace('/', "_"));
    let own = instance.to_owned();
    Subscription::to(&consumer, CONTEXT)
        .unaudited()
        .on::<AuditHeadSigned>(move |uow, received| keep(uow, received, &own))
}

fn keep<'a>(
    uow: &'a mut Uow,
    received: &'a Received<AuditHeadSigned>,
    own: &str,
) -> HandlerFuture<'a> {
    let is_own = received.event.instance == own;
    Box::pin(async move {
        // A copy beside the original proves nothing.
        if is_own {
            return Ok(());
        }
        let signed = wire::of_event(&received.event)?;
        if let Some(conflict) = uow.witness(&signed).await? {
            tracing::error!(
                audit.instance = signed.head.instance,
                audit.tree_size = signed.head.tree_size,
                conflict,
                "an audit log contradicts what it said before; run `jianyi verify audit`"
            );
        }
        Ok(())
    })
}

//! What oversight listens to beside the facts: roles taken in an emergency, shown the same day (G06).

mod break_glass_closed;
mod break_glass_opened;

use jianyi_bus::Subscription;
use jianyi_kernel::{Fault, Timestamp};

/// The subscription, which no rebuild touches.
pub(crate) fn subscription() -> Subscription {
    Subscription::to("oversight_identity", "identity")
        .on(break_glass_opened::handle)
        .on(break_glass_closed::handle)
}

/// An instant that an event must have.
fn instant(wire: Option<prost_types::Timestamp>) -> Result<Timestamp, Fault> {
    wire.and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
        .ok_or_else(|| jianyi_kernel::Violation::required("time").into())
}

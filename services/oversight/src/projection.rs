//! The read model: everybody's events, turned into facts.
//!
//! One durable consumer per context takes everything that context publishes. What each event means is
//! written in one table per context; how it is kept is in `apply`; starting over is in `rebuild`.

pub(crate) mod apply;
mod care;
mod donation;
mod member;
mod oversight;
mod publicity;
pub(crate) mod reading;
pub(crate) mod rebuild;

use jianyi_bus::Subscription;

/// Whose events are read.
pub(crate) const CONTEXTS: [&str; 5] = ["member", "care", "donation", "publicity", "oversight"];

/// Events that must leave no trace here: their types, and as subjects name them.
pub(crate) const HIDDEN_TYPES: [&str; 10] = [
    "jianyi.member.events.v1.HandoverAccepted",
    "jianyi.member.events.v1.HandoverCompleted",
    "jianyi.member.events.v1.HandoverOffered",
    "jianyi.member.events.v1.HandoverRefused",
    "jianyi.member.events.v1.HandoverReleased",
    "jianyi.member.events.v1.HandoverReturned",
    "jianyi.member.events.v1.HandoverWithdrawn",
    "jianyi.member.events.v1.SealedHeroConfirmed",
    "jianyi.member.events.v1.SealedHeroEnded",
    "jianyi.member.events.v1.SealedHeroMoved",
];
pub(crate) const HIDDEN: [&str; 10] = [
    "handover_accepted",
    "handover_completed",
    "handover_offered",
    "handover_refused",
    "handover_released",
    "handover_returned",
    "handover_withdrawn",
    "sealed_hero_confirmed",
    "sealed_hero_ended",
    "sealed_hero_moved",
];

/// The live consumers. They are the same for every generation: which ones to write to is asked per event.
pub(crate) fn subscriptions() -> Vec<Subscription> {
    CONTEXTS
        .iter()
        .map(|context| Subscription::all(&format!("oversight_{context}"), context, apply::live))
        .collect()
}

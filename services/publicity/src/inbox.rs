//! What publicity does when the member service speaks of heroes. It does not listen to the events of
//! sealed ones: about them it has nothing to do and nothing to know.

mod consent_withdrawn;
mod hero_confirmed;
mod hero_ended;
mod hero_moved;
mod hero_sealed;

use jianyi_bus::Subscription;
use jianyi_kernel::{Fault, Violation};
use jianyi_proto::member::events::v1::{
    ConsentWithdrawn, HeroConfirmed, HeroEnded, HeroMoved, HeroSealed,
};

/// The one subscription: one consumer keeps the order of a hero's events.
pub(crate) fn subscriptions() -> Vec<Subscription> {
    vec![
        Subscription::to("publicity_member", "member")
            .on::<HeroConfirmed>(hero_confirmed::handle)
            .on::<HeroSealed>(hero_sealed::handle)
            .on::<HeroEnded>(hero_ended::handle)
            .on::<HeroMoved>(hero_moved::handle)
            .on::<ConsentWithdrawn>(consent_withdrawn::handle),
    ]
}

/// An event without a hero can never be handled: it is set aside.
fn named(hero: &str) -> Result<&str, Fault> {
    if hero.is_empty() {
        Err(Violation::required("hero").into())
    } else {
        Ok(hero)
    }
}

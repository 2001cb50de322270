//! What stands between a request and the handlers, in one place: whichever way a request comes, it passes all
//! of it.

use std::sync::Arc;

use tower::Layer;

use crate::{
    Deadlines, Entered, Entrance, Gate, Gated, Limited, Limits, LimitsConfig, Observed, Timed,
    Watched, Wire, Wired,
};

/// Counts, deadlines, gate, limits and wording of one server. Clones share their counts.
#[derive(Debug, Clone)]
pub struct Inside {
    observed: Observed,
    deadlines: Deadlines,
    gate: Gate,
    limits: Limits,
}

impl Inside {
    /// Counts nothing yet.
    #[must_use]
    pub fn new(gate: Gate, limits: &LimitsConfig) -> Self {
        Self::of("", gate, limits)
    }

    /// The same for an instance that has a name.
    #[must_use]
    pub fn of(instance: &str, gate: Gate, limits: &LimitsConfig) -> Self {
        let policies = gate.policies();
        Self {
            observed: Observed::new(instance, Arc::clone(policies)),
            deadlines: Deadlines::new(Arc::clone(policies)),
            limits: Limits::new(limits, Arc::clone(policies)),
            gate,
        }
    }

    /// The layer for requests that come in by an entrance.
    #[must_use]
    pub fn from(&self, entrance: Entrance) -> Way {
        Way {
            entrance,
            inside: self.clone(),
        }
    }
}

/// A layer from an entrance to the routes.
#[derive(Debug, Clone)]
pub struct Way {
    entrance: Entrance,
    inside: Inside,
}

impl<S> Layer<S> for Way {
    type Service = Watched<Entered<Timed<Gated<Limited<Wired<S>>>>>>;

    fn layer(&self, routes: S) -> Self::Service {
        let Inside {
            observed,
            deadlines,
            gate,
            limits,
        } = &self.inside;
        let counted = limits.layer(Wire.layer(routes));
        let entered = self.entrance.layer(deadlines.layer(gate.layer(counted)));
        observed.layer(entered)
    }
}

//! What stands between a request and the handlers, in one place: whichever way a request comes, it passes all
//! of it.

use std::sync::Arc;

use tower::Layer;

use crate::{
    Deadlines, Entered, Entrance, Gate, Gated, Limited, Limits, LimitsConfig, Timed, Wire, Wired,
};

/// Deadlines, gate, limits and wording of one server. Clones share their counts.
#[derive(Debug, Clone)]
pub struct Inside {
    deadlines: Deadlines,
    gate: Gate,
    limits: Limits,
}

impl Inside {
    /// Counts nothing yet.
    #[must_use]
    pub fn new(gate: Gate, limits: &LimitsConfig) -> Self {
        let policies = gate.policies();
        Self {
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
    type Service = Entered<Timed<Gated<Limited<Wired<S>>>>>;

    fn layer(&self, routes: S) -> Self::Service {
        let Inside {
            deadlines,
            gate,
            limits,
        } = &self.inside;
        let counted = limits.layer(Wire.layer(routes));
        self.entrance.layer(deadlines.layer(gate.layer(counted)))
    }
}

//! The call brought no reply: for clients an error of the transport, as a connection that cannot be made is.
//!
//! Its cause is a status, so that whoever turns errors into statuses gets the right code; who tells what was
//! answered from what was not finds an error that nobody sent.

use std::sync::Arc;

use jianyi_kernel::{Division, Fault};
use tonic::{Status, TimeoutExpired};

/// Why nobody answered.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {why}")]
pub struct Unreached {
    place: Division,
    why: &'static str,
    #[source]
    status: Status,
}

impl Unreached {
    /// Nobody listens there.
    pub(crate) fn silent(place: &Division) -> Self {
        Self::unavailable(place, "nobody listens")
    }

    /// The broker is away.
    pub(crate) fn away(place: &Division) -> Self {
        Self::unavailable(place, "the broker is away")
    }

    /// Time was up.
    pub(crate) fn timed_out(place: &Division) -> Self {
        let mut status = jianyi_rpc::timed_out();
        status.set_source(Arc::new(TimeoutExpired(())));
        Self {
            place: place.clone(),
            why: "time was up",
            status,
        }
    }

    fn unavailable(place: &Division, why: &'static str) -> Self {
        let what = format!("{place} cannot be reached");
        Self {
            place: place.clone(),
            why,
            status: jianyi_rpc::status(Fault::Unavailable(what)),
        }
    }
}

//! Events between services: outbox → stream → inbox, each step repeatable and none of them lossy; and questions
//! with one answer, for calls that have no other way.
//!
//! Charter: the only crate that speaks NATS. Delivery is at least once and in order per aggregate;
//! the inbox makes the effect exactly once. Knows no business noun: types are names of messages.

mod answer;
mod ask;
mod backoff;
mod bus;
mod config;
mod consume;
mod cursor;
mod delivery;
pub mod federation;
mod filter;
mod headers;
mod letter;
mod origin;
mod relay;
mod reload;
mod replay;
mod snapshot;
mod stream;
mod subscription;
mod verdict;
mod watch;
mod watcher;
mod worker;

pub use answer::{Desk, Question};
pub use ask::NoAnswer;
pub use bus::Bus;
pub use config::BusConfig;
pub use consume::consume;
pub use cursor::{Cursor, CursorError};
pub use delivery::{Delivery, RawEvent, Received};
pub use filter::Filter;
pub use letter::Letter;
pub use origin::{Origin, Own, Place, Said, SaidId};
pub use relay::relay;
pub use reload::{Leaves, reload_server};
pub use replay::replay;
pub use snapshot::StreamImage;
pub use stream::ConsumerLag;
pub use subscription::{HandlerFuture, Subscription};
pub use watch::{Notice, Watched, watch};

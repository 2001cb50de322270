//! What the stories share: a whole system of their own, a session with it, and questions to its report.
//!
//! Charter: setting up and asking. What must hold is said in the stories themselves.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot be told has nothing better to do than to fail loudly"
)]

mod ask;
pub mod collector;
mod command;
mod cut;
mod link;
mod people;
mod scan;
mod system;

pub use ask::Figures;
pub use command::{demo_folder, jianyi};
pub use cut::{Cut, Figures as CutFigures, Story};
pub use link::{Line, Link};
pub use scan::{PLANTED_NAMES, leaks, scan};
pub use system::{Lenience, System};

//! The vocabulary every service speaks: ids, divisions, money, fuzzy dates, counts, callers and faults.
//!
//! Charter: words and their rules, no I/O. A type belongs here when two services would otherwise
//! define it twice and nothing in it knows a business noun.

mod call;
mod citizen_id;
mod clock;
mod count;
mod division;
mod fault;
mod fen;
mod fuzzy_date;
mod id;
pub mod mask;
mod pii;
mod provenance;
mod timestamp;
mod uscc;

pub use call::{Call, Caller, Grant, Proof, Reach};
pub use citizen_id::{CitizenId, CitizenIdWarning, Sex};
pub use clock::Clock;
pub use count::{Count, Modality};
pub use division::{Division, DivisionLevel, HEBI};
pub use fault::{DomainError, Fault, Refusal, Violation, Violations};
pub use fen::Fen;
pub use fuzzy_date::{FuzzyDate, Precision};
pub use id::{Id, IdKind};
pub use mask::Mask;
pub use pii::Pii;
pub use provenance::Provenance;
pub use timestamp::{Timestamp, inclusive_days, parse_day};
pub use uscc::Uscc;

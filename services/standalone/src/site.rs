//! One site of a federation as a folder: its secrets, certificates, and what each of its containers may read.
//!
//! Why a folder: it is a volume of containers, a directory of a host, or the source of a cluster's secrets alike.
//! Making it is repeated at every start and changes nothing that is good; certificates that end soon are renewed.

mod branch;
mod bundle;
mod counties;
mod description;
mod error;
mod files;
mod join;
mod make;
mod migrate;
mod owners;
mod place;
mod servers;
mod services;
mod status;
#[cfg(test)]
mod tests;

pub use branch::Branches;
pub use bundle::{Bundle, Code};
pub use counties::{Joined, add, knows, list, remove, renew};
pub use description::{Description, Kind};
pub use error::SiteError;
pub use join::join;
pub use make::{CityOptions, make_city};
pub use migrate::migrate;
pub use place::Place;
pub use status::{Ending, endings};

//! Events between sites: which streams source from which, and the keepers that see to it.
//!
//! Every site has streams of the same names, so that services do not know of sites. What the city has of a county,
//! and the other way round, is sourced by the servers themselves (ADR 0019); the keepers declare the sources and
//! have them begin again when a link is back, because the server by itself waits up to forty seconds.

mod city;
mod county;
mod keeper;
mod sources;

pub use city::keep_city;
pub use county::keep_county;

/// What counties say to the city.
const UP: [&str; 2] = ["member", "audit"];
/// What the city says to counties.
const DOWN: [&str; 4] = ["member", "identity", "oversight", "audit"];

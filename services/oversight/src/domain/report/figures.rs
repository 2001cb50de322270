//! The figures, a file per section. Each is a pure function of the facts of a year.

pub(crate) mod care;
pub(crate) mod funds;
pub(crate) mod next_year;
pub(crate) mod organisation;
pub(crate) mod overview;
pub(crate) mod own_building;
pub(crate) mod publicity;

#[cfg(test)]
mod golden;

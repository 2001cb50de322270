//! Where a service runs: at the city, or at a county that only dials out and is called through the bus.

/// The kind of place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Site {
    /// Callers connect to the service's port.
    #[default]
    City,
    /// The city's calls come through the bus as well; needs a division.
    County,
}

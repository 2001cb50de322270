//! Makes the city's site, or brings what is there up to date.

use std::path::PathBuf;

use super::{Description, Place, SiteError, counties, owners, servers, services};

/// What the city must be told.
#[derive(Debug, Clone)]
pub struct CityOptions {
    /// The address at which counties reach its leaf listener, `host:port`.
    pub address: String,
    /// More names of the front door.
    pub names: Vec<String>,
    /// The folder where its message bus keeps streams, to be given to it.
    pub streams: Option<PathBuf>,
}

/// Makes the city's site; done again it changes nothing but certificates that end soon.
///
/// # Errors
/// [`SiteError`]: the folder is another site's, or cannot be written.
pub fn make_city(place: &Place, options: &CityOptions) -> Result<Description, SiteError> {
    // The secrets first: they open the folder and refuse one that a newer program made.
    place.secrets()?;
    let site = Description::city(&options.address, options.names.clone());
    site.keep(place)?;
    services::write(place, &site)?;
    servers::postgres(place)?;
    servers::city_nats(place, &site, counties::leaf_users(place)?)?;
    counties::write_directory(place)?;
    if let Some(streams) = &options.streams {
        owners::give_streams(streams)?;
    }
    owners::hand_over(place)?;
    Ok(site)
}

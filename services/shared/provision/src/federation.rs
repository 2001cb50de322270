//! NATS at more than one site: what the city's and a county's servers are told, and the certificates by which
//! they know each other.
//!
//! Why here: the same text serves a server that runs beside us and one in a container, so everything that differs
//! (addresses, folders) is an argument, and nothing but [`Authority`] touches a file.

mod authority;
mod certificate;
mod city;
mod code;
mod county;
mod users;
mod words;

pub use authority::{AUTHORITY_FILE, Authority};
pub use certificate::{Certificate, expires};
pub use city::CityNats;
pub use code::CountyCode;
pub use county::CountyNats;
pub use users::{LeafUser, SiteUsers};

/// The account in which the services of every site speak.
pub const ACCOUNT: &str = "JIANYI";
/// The user of the services.
pub const SERVICES_USER: &str = "jianyi";
/// The user who may ask and steer the server itself.
pub const SYSTEM_USER: &str = "system";
/// The JetStream domain of the city.
pub const CITY_DOMAIN: &str = "city";

/// Where a server finds its certificate, its key, and the authority that it trusts.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Its own certificate, PEM.
    pub certificate: String,
    /// The key of that certificate, PEM.
    pub key: String,
    /// The authority's certificate, PEM.
    pub authority: String,
}

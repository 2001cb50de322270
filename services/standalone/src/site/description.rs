//! What a site is: the city, or which county; in a file that is no secret.

use jianyi_kernel::HEBI;
use serde::{Deserialize, Serialize};

use super::{Place, SiteError, files};

const FILE: &str = "site.json";

/// The kind of site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It lets counties in.
    City,
    /// It dials the city.
    County,
}

/// What a site is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// City or county.
    pub kind: Kind,
    /// Its division's code.
    pub division: String,
    /// The city's address for counties, `host:port`.
    pub city: String,
    /// More names of the front door.
    #[serde(default)]
    pub names: Vec<String>,
}

impl Description {
    /// A city that counties reach at an address.
    #[must_use]
    pub fn city(address: &str, names: Vec<String>) -> Self {
        Self {
            kind: Kind::City,
            division: HEBI.into(),
            city: address.into(),
            names,
        }
    }

    /// Reads what is in the folder.
    ///
    /// # Errors
    /// [`SiteError::NoSite`] when there is none.
    pub fn read(place: &Place) -> Result<Self, SiteError> {
        Self::find(place)?.ok_or_else(|| SiteError::NoSite(place.root().into()))
    }

    /// The city's, or an error.
    pub(super) fn read_city(place: &Place) -> Result<Self, SiteError> {
        let found = Self::read(place)?;
        match found.kind {
            Kind::City => Ok(found),
            Kind::County => Err(SiteError::NotTheCity(place.root().into())),
        }
    }

    pub(super) fn find(place: &Place) -> Result<Option<Self>, SiteError> {
        let path = place.root().join(FILE);
        let Some(text) = files::read(&path)? else {
            return Ok(None);
        };
        let found = serde_json::from_str(&text)
            .map_err(|error| SiteError::file(&path, std::io::Error::other(error)))?;
        Ok(Some(found))
    }

    /// Writes it, unless another site is there.
    pub(super) fn keep(&self, place: &Place) -> Result<(), SiteError> {
        if let Some(found) = Self::find(place)?
            && (found.kind != self.kind || found.division != self.division)
        {
            return Err(SiteError::AnotherSite {
                path: place.root().into(),
                found: found.division,
                wanted: self.division.clone(),
            });
        }
        let path = place.root().join(FILE);
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| SiteError::file(&path, std::io::Error::other(error)))?;
        files::write(&path, &text)
    }

    /// The services of such a site: context, and the division of those that serve one.
    #[must_use]
    pub fn services(&self) -> Vec<(&'static str, Option<String>)> {
        let member = ("member", Some(self.division.clone()));
        match self.kind {
            Kind::City => {
                let central = ["identity", "care", "donation", "publicity", "oversight"];
                let mut all: Vec<_> = central.map(|context| (context, None)).into();
                all.push(member);
                all
            }
            // A county's identity is a branch of the city's.
            Kind::County => vec![("identity", Some(self.division.clone())), member],
        }
    }
}

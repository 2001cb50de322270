//! Which site a process belongs to, and with which others it exchanges events.

use std::collections::BTreeSet;

use jianyi_kernel::{Division, Fault};

use crate::Settings;

const SITE: &str = "JIANYI_SITE";
const FEDERATED: &str = "JIANYI_FEDERATED_COUNTIES";

/// Where a process runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Site {
    /// At the city, or everything is in one place: callers connect to the service's port.
    #[default]
    City,
    /// At a county, on a broker of its own that dials the city's: the city's calls come through the bus as well.
    County,
}

impl Settings {
    /// `JIANYI_SITE`: `city`, which is also what is meant without it, or `county`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is neither.
    pub fn site(&self) -> Result<Site, Fault> {
        match self.plain(SITE) {
            None | Some("" | "city") => Ok(Site::City),
            Some("county") => Ok(Site::County),
            Some(other) => Err(Fault::internal(format!(
                "{SITE} is {other:?}; it may be city or county"
            ))),
        }
    }

    /// `JIANYI_FEDERATED_COUNTIES`: the counties on brokers of their own, separated by commas; none at a county.
    ///
    /// # Errors
    /// [`Fault::Internal`] when one of them is no county's code.
    pub fn federated_counties(&self) -> Result<BTreeSet<Division>, Fault> {
        let codes = self.plain(FEDERATED).unwrap_or_default();
        let codes = codes.split(',').map(str::trim).filter(|it| !it.is_empty());
        codes
            .map(|code| match Division::parse("division", code) {
                Ok(county) if county == county.county() && county != Division::city() => Ok(county),
                Ok(_) | Err(_) => Err(Fault::internal(format!(
                    "{FEDERATED}: {code:?} is no county"
                ))),
            })
            .collect()
    }

    fn plain(&self, key: &str) -> Option<&str> {
        let value = self.get(key)?;
        Some(value.expose("which site this is").trim())
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Pii;

    use super::*;

    fn settings(key: &str, value: &str) -> Settings {
        Settings::default().with(key, Pii::new(value.into()))
    }

    #[test]
    fn a_setting_that_means_nothing_is_refused() {
        assert_eq!(Settings::default().site().unwrap(), Site::City);
        assert_eq!(settings(SITE, "county").site().unwrap(), Site::County);
        assert!(settings(SITE, "province").site().is_err());
        let joined = settings(FEDERATED, "410621, 410622").federated_counties();
        assert_eq!(joined.unwrap().len(), 2);
        for wrong in ["410600", "410621103", "41062*", "x"] {
            assert!(
                settings(FEDERATED, wrong).federated_counties().is_err(),
                "{wrong}"
            );
        }
        assert!(Settings::default().federated_counties().unwrap().is_empty());
    }
}

//! Which site a process belongs to, and with which others it exchanges events.

use std::collections::{BTreeMap, BTreeSet};

use jianyi_kernel::{Division, Fault, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Settings;

const SITE: &str = "JIANYI_SITE";
const FEDERATED: &str = "JIANYI_FEDERATED_COUNTIES";
const LIST: &str = "JIANYI_FEDERATED_COUNTIES_FILE";

/// Counties, and until when the certificate of each is valid, where that is known.
pub type ListedCounties = BTreeMap<Division, Option<Timestamp>>;

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
        items(self.plain(FEDERATED).unwrap_or_default())
            .map(|code| county(FEDERATED, code))
            .collect()
    }

    /// The file that `JIANYI_FEDERATED_COUNTIES_FILE` names: the same list as it is kept by whoever lets counties in,
    /// each with the end of its certificate behind an `@` when that is known. `None` where nobody keeps one. It
    /// changes meanwhile.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it says something else; [`Fault::Unavailable`] when it cannot be read.
    pub fn listed_counties(&self) -> Result<Option<ListedCounties>, Fault> {
        if self.get(LIST).is_none() {
            return Ok(None);
        }
        let text = self.get_or_file(FEDERATED)?;
        let text = text.as_ref().map(|it| it.expose("which sites there are"));
        items(text.map_or("", String::as_str))
            .map(|item| {
                let (code, until) = match item.split_once('@') {
                    None => (item, None),
                    Some((code, until)) => (code, Some(instant(until)?)),
                };
                Ok((county(LIST, code)?, until))
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn plain(&self, key: &str) -> Option<&str> {
        let value = self.get(key)?;
        Some(value.expose("which site this is").trim())
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    let items = text.split([',', '\n']).map(str::trim);
    items.filter(|item| !item.is_empty())
}

fn county(key: &str, code: &str) -> Result<Division, Fault> {
    match Division::parse("division", code) {
        Ok(county) if county == county.county() && county != Division::city() => Ok(county),
        Ok(_) | Err(_) => Err(Fault::internal(format!("{key}: {code:?} is no county"))),
    }
}

fn instant(text: &str) -> Result<Timestamp, Fault> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map(Timestamp::from_offset)
        .map_err(|_| Fault::internal(format!("{LIST}: {text:?} is no time")))
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

    #[test]
    fn the_list_that_is_kept_in_a_file_is_read_as_it_is_now() {
        assert!(Settings::default().listed_counties().unwrap().is_none());
        let file = std::env::temp_dir().join(format!("jianyi-counties-{}", std::process::id()));
        let settings = settings(LIST, file.to_str().unwrap());
        assert!(settings.listed_counties().is_err(), "it is not there");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            settings.listed_counties()
        };
        assert!(read("").unwrap().unwrap().is_empty());
        let two = read("410621@2027-01-31T16:00:00Z\n410622\n")
            .unwrap()
            .unwrap();
        let ends: Vec<_> = two.values().map(|it| it.map(Timestamp::rfc3339)).collect();
        assert_eq!(ends, [Some("2027-01-31T16:00:00Z".to_owned()), None]);
        for wrong in ["410600", "410621@", "410621@soon", "@2027-01-31T16:00:00Z"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        std::fs::remove_file(&file).unwrap();
    }
}

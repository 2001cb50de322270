//! When the certificates of a site end: told before they do.

use jianyi_provision::federation::{AUTHORITY_FILE, expires};
use time::OffsetDateTime;

use super::{Description, Kind, Place, SiteError, counties};

/// One certificate.
#[derive(Debug, Clone)]
pub struct Ending {
    /// What it is for.
    pub what: String,
    /// When it ends.
    pub ends: OffsetDateTime,
    /// How it is renewed.
    pub remedy: String,
}

impl Ending {
    /// Whole days that are left; negative when it has ended.
    #[must_use]
    pub fn days_left(&self, now: OffsetDateTime) -> i64 {
        (self.ends - now).whole_days()
    }
}

/// All certificates of a site, those first that end first.
///
/// # Errors
/// [`SiteError`] when one that should be there cannot be read.
pub fn endings(place: &Place) -> Result<Vec<Ending>, SiteError> {
    let site = Description::read(place)?;
    let at_start = "docker compose up --detach (renewed at the start)";
    let (link, link_remedy) = match site.kind {
        Kind::City => ("city link", at_start.to_owned()),
        Kind::County => (
            "link to the city",
            format!("at the city: jianyi county renew {}", site.division),
        ),
    };
    let mut wanted = vec![
        (link.to_owned(), place.nats().join("site.pem"), link_remedy),
        (
            "gateway".to_owned(),
            place.service("gateway").join("front.pem"),
            at_start.to_owned(),
        ),
        (
            "authority of the services".to_owned(),
            place.root().join("pki/services").join(AUTHORITY_FILE),
            "see the operators' manual".to_owned(),
        ),
        (
            "authority of the sites".to_owned(),
            place.nats().join("sites-ca.pem"),
            "see the operators' manual".to_owned(),
        ),
    ];
    let services = site.services();
    for context in services
        .iter()
        .map(|(context, _)| *context)
        .chain(["gateway"])
    {
        wanted.push((
            format!("service {context}"),
            place.service(context).join("service.pem"),
            at_start.to_owned(),
        ));
    }
    let mut endings = Vec::new();
    for (what, path, remedy) in wanted {
        let ends = expires(&path)?;
        endings.push(Ending { what, ends, remedy });
    }
    if site.kind == Kind::City {
        for county in counties::list(place)? {
            endings.push(Ending {
                what: format!("county {}", county.code),
                ends: county.ends,
                remedy: format!("jianyi county renew {}", county.code),
            });
        }
    }
    endings.sort_by_key(|ending| ending.ends);
    Ok(endings)
}

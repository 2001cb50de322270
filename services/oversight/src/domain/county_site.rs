//! The directory of counties with a site of their own: where each is called, and until when it is trusted.
//!
//! An address is published to everybody who listens to events, so it can hold nothing but a place.

use jianyi_kernel::{Division, DivisionLevel, Fault, IdKind, Timestamp, Violation};

use crate::domain::Stored;

/// The address of a county that only dials out.
const THROUGH_THE_BUS: &str = "nats:";
/// For how long before its end a certificate is told of.
const NOTICE: time::Duration = time::Duration::days(30);

/// A county's site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CountySite {
    /// The county.
    pub(crate) county: Division,
    /// How its member service is called.
    pub(crate) url: SiteUrl,
    /// Whether its events come from the city's own broker.
    pub(crate) on_city_broker: bool,
    /// Until when its certificate is valid.
    pub(crate) certificate_until: Option<Timestamp>,
    /// Since when it belongs.
    pub(crate) joined_at: Timestamp,
    /// Since when it does not any more.
    pub(crate) left_at: Option<Timestamp>,
}

impl IdKind for CountySite {
    const COLLECTION: &'static str = "countySites";
}

/// What is said of a county when it joins.
#[derive(Debug, Clone)]
pub(crate) struct Joining {
    /// The county.
    pub(crate) county: Division,
    /// How its member service is called.
    pub(crate) url: SiteUrl,
    /// Whether its events come from the city's own broker.
    pub(crate) on_city_broker: bool,
    /// Until when its certificate is valid.
    pub(crate) certificate_until: Option<Timestamp>,
}

/// What is another about a site; `None` leaves it as it was.
#[derive(Debug, Clone, Default)]
pub(crate) struct SiteChange {
    /// How its member service is called.
    pub(crate) url: Option<SiteUrl>,
    /// Whether its events come from the city's own broker.
    pub(crate) on_city_broker: Option<bool>,
    /// Until when its certificate is valid; the inner `None` is "it has none".
    pub(crate) certificate_until: Option<Option<Timestamp>>,
}

impl Joining {
    /// The site from now on.
    pub(crate) fn at(self, now: Timestamp) -> CountySite {
        CountySite {
            county: self.county,
            url: self.url,
            on_city_broker: self.on_city_broker,
            certificate_until: self.certificate_until,
            joined_at: now,
            left_at: None,
        }
    }
}

impl CountySite {
    /// Its resource name.
    pub(crate) fn name(&self) -> String {
        name(&self.county)
    }

    /// The same with something changed.
    pub(crate) fn changed(self, change: SiteChange) -> Self {
        Self {
            url: change.url.unwrap_or(self.url),
            on_city_broker: change.on_city_broker.unwrap_or(self.on_city_broker),
            certificate_until: change.certificate_until.unwrap_or(self.certificate_until),
            ..self
        }
    }

    /// The same after it left.
    pub(crate) fn left(self, now: Timestamp) -> Self {
        Self {
            left_at: Some(now),
            ..self
        }
    }

    /// Whole days until its certificate ends, when that is so soon that it must be told.
    pub(crate) fn certificate_days_left(&self, now: Timestamp) -> Option<i32> {
        let left = self.certificate_until?.as_offset() - now.as_offset();
        let days = left.whole_seconds().div_euclid(24 * 60 * 60);
        (left <= NOTICE).then(|| i32::try_from(days).unwrap_or(i32::MIN))
    }
}

/// The resource name of a county's site.
pub(crate) fn name(county: &Division) -> String {
    format!("counties/{county}/site")
}

/// What the watch over a county tells of.
pub(crate) fn watch_name(county: &Division) -> String {
    format!("counties/{county}/watch")
}

/// Reads `counties/{county}/site`.
///
/// # Errors
/// A [`Violation`] on `field` when it has another form.
pub(crate) fn parse_name(field: &str, text: &str) -> Result<Division, Violation> {
    let code = text
        .strip_prefix("counties/")
        .and_then(|rest| rest.strip_suffix("/site"));
    code.ok_or_else(|| {
        Violation::new(
            field,
            "NAME_MALFORMED",
            "not a resource name of the form `counties/{county}/site`".into(),
            "资源名称的格式不对",
        )
    })
    .and_then(|code| county(field, code))
}

/// A county of this city; not the city itself, and nothing within a county.
///
/// # Errors
/// A [`Violation`] on `field` when it is another.
pub(crate) fn county(field: &str, code: &str) -> Result<Division, Violation> {
    let county = Division::parse(field, code)?;
    let is_county = county.level() == DivisionLevel::County && code.len() == 6;
    if is_county && Division::city().covers(&county) {
        return Ok(county);
    }
    Err(Violation::new(
        field,
        "COUNTY_REQUIRED",
        "the six-digit code of a county of this city".into(),
        "应为本市县区的 6 位行政区划代码",
    ))
}

/// Checks that a version is meant that is the current one; an empty etag means whichever it is.
///
/// # Errors
/// [`Fault::Stale`] when it is not.
pub(crate) fn fresh(site: &Stored<CountySite>, etag: &str) -> Result<(), Fault> {
    if etag.is_empty() || etag == site.version.to_string() {
        return Ok(());
    }
    Err(Fault::Stale(site.it.name()))
}

/// `nats:`, or scheme, host and port and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SiteUrl(String);

impl SiteUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when it is none, or plain text to another machine.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let fine = text == THROUGH_THE_BUS
            || text
                .strip_prefix("https://")
                .is_some_and(|place| host(place).is_some())
            || text
                .strip_prefix("http://")
                .and_then(host)
                .is_some_and(is_loopback);
        if fine && text.len() <= 200 {
            return Ok(Self(text.into()));
        }
        Err(Violation::new(
            field,
            "SITE_URL_MALFORMED",
            "`nats:` for a county that only dials out, else `https://host:port` and nothing after it; `http://` only for loopback".into(),
            "地址应为 nats:(县区经消息总线接入)或 https://主机:端口;http:// 仅限本机",
        ))
    }

    /// That of a county that only dials out.
    pub(crate) fn through_the_bus() -> Self {
        Self(THROUGH_THE_BUS.into())
    }

    /// As it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// One that was stored is one that was read.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

/// The host of `host:port` or `host`, if it is nothing else.
fn host(place: &str) -> Option<&str> {
    let (host, port) = match place.rsplit_once(':') {
        // Without brackets every colon but the last would be part of an address.
        Some((host, port)) if !place.ends_with(']') => (host, Some(port)),
        _ => (place, None),
    };
    let port_is_fine = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let host_is_fine = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        }
    };
    (port_is_fine && host_is_fine).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host == "[::1]"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_place_and_nothing_else() {
        for good in [
            "nats:",
            "https://county.example",
            "https://10.1.2.3:8443",
            "https://[fd00::1]:8443",
            "http://127.0.0.1:9000",
            "http://localhost:9000",
            "http://[::1]:1",
        ] {
            assert_eq!(SiteUrl::parse("url", good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "nats://10.0.0.1:4222",
            "http://10.1.2.3:80",
            "http://127.0.0.1.example:80",
            "https://",
            "https://host/path",
            "https://user:secret@host",
            "https://host:0",
            "https://host:x",
            "https://host?a",
            "https://fd00::1",
            "ftp://host",
            "https://张三",
        ] {
            assert!(SiteUrl::parse("url", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_site_is_a_countys() {
        assert_eq!(
            parse_name("name", "counties/410621/site").unwrap().as_str(),
            "410621"
        );
        for bad in [
            "counties/410600/site",
            "counties/410621103/site",
            "counties/510621/site",
            "counties/410621",
            "410621",
            "",
        ] {
            assert!(parse_name("name", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_certificate_is_told_of_thirty_days_before_its_end_and_after_it() {
        let now = Timestamp::from_unix(1_735_603_200, 0).unwrap();
        let site = |days: i64| {
            let until = now.as_offset() + time::Duration::days(days);
            Joining {
                county: "410621".parse().unwrap(),
                url: SiteUrl::stored("nats:".into()),
                on_city_broker: false,
                certificate_until: Some(Timestamp::from_offset(until)),
            }
            .at(now)
        };
        assert_eq!(site(31).certificate_days_left(now), None);
        assert_eq!(site(30).certificate_days_left(now), Some(30));
        assert_eq!(site(0).certificate_days_left(now), Some(0));
        assert_eq!(site(-2).certificate_days_left(now), Some(-2));
        let without = CountySite {
            certificate_until: None,
            ..site(1)
        };
        assert_eq!(without.certificate_days_left(now), None);
    }
}
